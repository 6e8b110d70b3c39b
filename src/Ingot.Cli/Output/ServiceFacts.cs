namespace Ingot.Cli.Output;

/// <summary>The service.</summary>
/// <param name="Running">Whether it answers.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Endpoint">Where this machine reaches it.</param>
/// <param name="Urls">All addresses it listens on.</param>
/// <param name="Version">Its version.</param>
/// <param name="StartedAt">When it was started, in seconds since 1970 UTC.</param>
/// <param name="ModelFolder">Where it keeps models.</param>
/// <param name="LogFile">Where it logs.</param>
internal sealed record ServiceFacts(
    bool Running,
    int? ProcessId,
    string? Endpoint,
    IReadOnlyList<string> Urls,
    string? Version,
    long? StartedAt,
    string? ModelFolder,
    string LogFile);

/// <summary><c>foundry status</c>.</summary>
/// <param name="Version">The command's version.</param>
/// <param name="Service">The service.</param>
/// <param name="Loaded">The models in its memory.</param>
/// <param name="Cache">The models on the disk.</param>
/// <param name="Warnings">What is amiss, a sentence each.</param>
internal sealed record OverviewFacts(
    string Version, ServiceFacts Service, IReadOnlyList<LoadedFacts> Loaded, CacheFacts Cache, IReadOnlyList<string> Warnings);

/// <summary><c>foundry service diag</c>.</summary>
/// <param name="Version">The command's version.</param>
/// <param name="DotNet">The .NET runtime.</param>
/// <param name="OperatingSystem">The operating system.</param>
/// <param name="Architecture">The process's processor architecture.</param>
/// <param name="Processor">The processor's name; null when the system does not say.</param>
/// <param name="Cores">Cores this process may use.</param>
/// <param name="ProcessorFeatures">The instruction sets the kernels have forms for, and this processor has.</param>
/// <param name="MemoryBytes">Memory this process may use.</param>
/// <param name="ConfigurationFile">The configuration file; it need not exist.</param>
/// <param name="Cache">The models on the disk.</param>
/// <param name="Catalogs">Where the catalog comes from.</param>
/// <param name="Models">How many models the catalog has.</param>
/// <param name="ExecutionProviders">What can run models, here or elsewhere.</param>
/// <param name="GpuDevice">The number of the graphics processor that was chosen; 0 unless another was, and where there is none.</param>
/// <param name="Service">The service.</param>
/// <param name="Warnings">What is amiss, a sentence each.</param>
internal sealed record DiagnosisFacts(
    string Version,
    string DotNet,
    string OperatingSystem,
    string Architecture,
    string? Processor,
    int Cores,
    IReadOnlyList<string> ProcessorFeatures,
    long MemoryBytes,
    string ConfigurationFile,
    CacheFacts Cache,
    IReadOnlyList<CatalogFacts> Catalogs,
    int Models,
    IReadOnlyList<ProviderFacts> ExecutionProviders,
    int GpuDevice,
    ServiceFacts Service,
    IReadOnlyList<string> Warnings);

/// <summary>A source of the catalog.</summary>
/// <param name="Name">Its path or address.</param>
/// <param name="Healthy">Whether it could be read.</param>
/// <param name="Reason">Why not.</param>
internal sealed record CatalogFacts(string Name, bool Healthy, string? Reason);

/// <summary>Something that can run models.</summary>
/// <param name="Name">Its short name, which <c>--ep</c> takes.</param>
/// <param name="RuntimeName">Its name in catalogs.</param>
/// <param name="Available">Whether it is the processor, or built into the ONNX Runtime library that was found.</param>
internal sealed record ProviderFacts(string Name, string RuntimeName, bool Available);

/// <summary>What can run models besides Ingot's own executor.</summary>
/// <param name="Version">ONNX Runtime's version; null when it is not here.</param>
/// <param name="Library">Its file; null when it is not here.</param>
/// <param name="Reason">Where it was found, or why it was not.</param>
/// <param name="BuildInfo">How it was built; null when it is not here.</param>
/// <param name="Providers">The execution providers.</param>
internal sealed record RuntimeFacts(string? Version, string? Library, string Reason, string? BuildInfo, IReadOnlyList<ProviderFacts> Providers);

using System.Globalization;
using Ingot.Engine.Running;
using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.OnnxRuntime;

namespace Ingot.Service.Hosting;

/// <summary>
/// What can compute a model. The one place that reads an execution provider's name (a request's <c>ep</c>), says which are
/// known and which are here, and refuses the others.
/// </summary>
public static class ExecutionProviders
{
    /// <summary>The processor, by kernels in C#: always there.</summary>
    public const string Cpu = "cpu";

    private const string LongEnding = "ExecutionProvider";

    private static readonly (string Name, string RuntimeName, string LibraryName, string? DeviceOption)[] Table =
    [
        (Cpu, "CPUExecutionProvider", "", null),
        ("cuda", "CUDAExecutionProvider", "CUDA", "device_id"),
        ("dml", "DmlExecutionProvider", "DML", "device_id"),
        ("webgpu", "WebGpuExecutionProvider", "WebGPU", null),
        ("qnn", "QNNExecutionProvider", "QNN", null),
        ("nvtensorrtrtx", "NvTensorRTRTXExecutionProvider", "NvTensorRtRtx", "device_id"),
        ("openvino", "OpenVINOExecutionProvider", "OpenVINO", null),
        ("vitisai", "VitisAIExecutionProvider", "VitisAI", null),
    ];

    /// <summary>ONNX Runtime, whose providers these are: looked for when it is first needed, and then once in a process.</summary>
    public static Lazy<OnnxRuntimeSearch> Library { get; } =
        new(() => OnnxRuntimeSearch.Find(Environment.GetEnvironmentVariable(OnnxRuntimeSearch.Variable), IngotOptions.HomeFolder));

    /// <summary>Every provider that is known by name, the processor first.</summary>
    public static IReadOnlyList<ExecutionProvider> Known => [.. Table.Select(row => new ExecutionProvider(row.Name, row.RuntimeName, IsHere(row.RuntimeName)))];

    /// <summary>The providers that are here: the processor, and what is built into the ONNX Runtime library that was found.</summary>
    public static IReadOnlyList<ExecutionProvider> Available => [.. Known.Where(provider => provider.IsAvailable)];

    /// <summary>Finds a provider by a name as people and programs write it: <c>cuda</c>, <c>CUDA</c> or <c>CUDAExecutionProvider</c>.</summary>
    /// <param name="name">The name, letter case aside.</param>
    /// <returns>The provider, here or not; null for a name nobody knows.</returns>
    public static ExecutionProvider? Find(string name) => Row(name) is { } row ? new ExecutionProvider(row.Name, row.RuntimeName, IsHere(row.RuntimeName)) : null;

    /// <summary>As <see cref="Find"/>, the short name alone, for which no library is looked for.</summary>
    internal static string? NameOf(string name) => Row(name)?.Name;

    private static (string Name, string RuntimeName, string LibraryName, string? DeviceOption)? Row(string name)
    {
        var wanted = name.Trim();
        if (wanted.EndsWith(LongEnding, StringComparison.OrdinalIgnoreCase))
            wanted = wanted[..^LongEnding.Length];
        if (wanted.Equals("DirectML", StringComparison.OrdinalIgnoreCase))
            wanted = "dml";
        var row = Array.Find(Table, row => row.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase));
        return row.Name is null ? null : row;
    }

    /// <summary>Gives the provider to compute with.</summary>
    /// <param name="name">The name, in any spelling <see cref="Find"/> reads; null or empty means the processor.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.UnsupportedValue"/> for <c>ep</c>: not known, or not here.</exception>
    public static ExecutionProvider Require(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
            name = Cpu;
        if (Find(name) is { IsAvailable: true } provider)
            return provider;
        var here = string.Join(", ", Available.Select(known => $"'{known.Name}'"));
        var why = Find(name) is { } absent
            ? $"is not available: this machine has {here}. It needs a build of ONNX Runtime with '{absent.Name}', which {OnnxRuntimeSearch.Variable} may name"
            : $"is not known: known are {string.Join(", ", Table.Select(known => $"'{known.Name}'"))}, and this machine has {here}";
        throw new IngotException(ErrorCode.UnsupportedValue, $"Unsupported value for 'ep': the execution provider '{Shorten(name)}' {why}.", "ep");
    }

    /// <summary>Says why this machine does not run a model's variant with what it was made for, in a sentence or two; null when it does.</summary>
    /// <param name="entry">The model.</param>
    public static string? ObstacleOf(ModelEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return VariantProviders.Here.ObstacleOf(entry);
    }

    /// <summary>Says what this machine lacks for a provider, built into a library or not; null where nothing is known to be missing.</summary>
    /// <param name="name">A short name.</param>
    public static string? MissingDevice(string name) => ProviderDevices.WhyMissing(name, File.Exists, OperatingSystem.IsLinux()) is { } why
        ? why.Replace("and this machine", "this machine", StringComparison.Ordinal).TrimEnd('.')
        : null;

    /// <summary>Says why a provider does not compute here, as the end of a sentence; null when it does.</summary>
    /// <param name="name">A short name other than the processor's, or any other text.</param>
    internal static string? WhyMissing(string name)
    {
        if (Row(name) is not { } provider)
            return "which is no execution provider that is known here.";
        // First what is known without the library, whose loading takes a moment.
        if (ProviderDevices.WhyMissing(provider.Name, File.Exists, OperatingSystem.IsLinux()) is { } device)
            return device;
        if (Library.Value.Library is not { } library)
            return $"which needs ONNX Runtime. {Library.Value.Reason}";
        return IsHere(provider.RuntimeName) ? null : $"which the build of ONNX Runtime at '{library.Path}' does not have; {OnnxRuntimeSearch.Variable} may name one that does.";
    }

    /// <summary>What the library is told to compute with a provider.</summary>
    /// <param name="name">A short name.</param>
    /// <param name="device">The number of the graphics processor, where there are several.</param>
    /// <returns>Null for the processor.</returns>
    internal static ExecutionTarget? TargetOf(string name, int device)
    {
        var row = Array.Find(Table, row => row.Name == name);
        if (row.Name is null or Cpu)
            return null;
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        if (row.DeviceOption is { } option)
            options[option] = device.ToString(CultureInfo.InvariantCulture);
        return new ExecutionTarget(row.Name, row.LibraryName, options);
    }

    private static bool IsHere(string runtimeName) =>
        runtimeName is "CPUExecutionProvider" || Library.Value.Library?.Providers.Contains(runtimeName, StringComparer.OrdinalIgnoreCase) == true;

    private static string Shorten(string name) => name.Length > 40 ? name[..40] + "…" : name;
}

/// <summary>Something that computes models.</summary>
/// <param name="Name">Its short name, lower case: what a request's <c>ep</c> says.</param>
/// <param name="RuntimeName">Its name in catalogs, such as <c>CPUExecutionProvider</c>.</param>
/// <param name="IsAvailable">Whether it is the processor, or built into the ONNX Runtime library that was found. Whether the machine has what it needs, a load tells.</param>
public sealed record ExecutionProvider(string Name, string RuntimeName, bool IsAvailable);

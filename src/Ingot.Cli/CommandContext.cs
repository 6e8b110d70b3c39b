using System.Collections;
using Ingot.Cli.Background;
using Ingot.Service;
using Ingot.Service.Providers;
using Microsoft.Extensions.Logging;

namespace Ingot.Cli;

/// <summary>What a command finds around it: where it prints, whether a person reads that, and the user's variables.</summary>
/// <param name="output">Takes the answer alone.</param>
/// <param name="error">Takes what is said beside it.</param>
/// <param name="isTerminal">Whether <paramref name="output"/> is a terminal.</param>
/// <param name="environment">The environment variables.</param>
internal sealed class CommandContext(TextWriter output, TextWriter error, bool isTerminal, IReadOnlyDictionary<string, string> environment)
{
    private const string OfflineVariable = "INGOT_OFFLINE";

    private readonly Dictionary<string, string> _environment = new(environment, StringComparer.Ordinal);

    /// <summary>Where the answer goes.</summary>
    public TextWriter Output => output;

    /// <summary>Where everything else goes.</summary>
    public TextWriter Error => error;

    /// <summary>Whether a person looks at <see cref="Output"/>.</summary>
    public bool IsTerminal => isTerminal;

    /// <summary>The environment variables, <c>--offline</c> included.</summary>
    public IReadOnlyDictionary<string, string> Environment => _environment;

    /// <summary>Where the service keeps its lock, note and log.</summary>
    public ServiceFiles Files => new(IngotOptions.HomeFolderOf(_environment));

    /// <summary>The context of this process.</summary>
    public static CommandContext OfProcess() => new(
        Console.Out,
        Console.Error,
        !Console.IsOutputRedirected,
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal));

    /// <summary>Leaves the network alone; so does a service that is started from here.</summary>
    public void GoOffline() => _environment[OfflineVariable] = "true";

    /// <summary>The options, from the configuration file and the environment.</summary>
    /// <exception cref="Errors.IngotException">They are wrong.</exception>
    public IngotOptions LoadOptions() => IngotOptions.Load(environment: _environment);

    /// <summary>The services a command runs on; their warnings and errors go to standard error.</summary>
    public IngotServices CreateServices() => CreateServices(LoadOptions());

    /// <summary>As <see cref="CreateServices()"/>, on other options.</summary>
    public IngotServices CreateServices(IngotOptions options) =>
        IngotServices.Create(options, new LineLoggers(LogLevel.Warning, error));

    /// <summary>The models that live elsewhere.</summary>
    /// <exception cref="Errors.IngotException">Their list cannot be read.</exception>
    public ProviderBook OpenProviders() => new(Files.Home, new LineLoggers(LogLevel.Warning, error).CreateLogger<ProviderBook>());

    /// <summary>Prints a line of the answer.</summary>
    public void Print(string text) => output.WriteLine(text);

    /// <summary>Says something beside the answer.</summary>
    public void Say(string text) => error.WriteLine(text);
}

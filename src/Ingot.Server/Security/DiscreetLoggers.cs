using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Server.Security;

/// <summary>
/// The loggers of the program that hosts the service, without those of the web framework that repeat whole addresses or raw
/// requests: somebody may have put a key there.
/// </summary>
internal sealed class DiscreetLoggers(ILoggerFactory loggers) : ILoggerFactory
{
    private static readonly HashSet<string> Indiscreet = new(StringComparer.Ordinal)
    {
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
    };

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => Indiscreet.Contains(categoryName) ? NullLogger.Instance : loggers.CreateLogger(categoryName);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

    /// <summary>Does nothing: the loggers belong to whoever gave them.</summary>
    public void Dispose()
    {
    }
}

using Ingot.Service;
using Microsoft.Extensions.Logging;

namespace Ingot.Cli;

/// <summary>The services a command runs on, made from the configuration file and the environment.</summary>
internal static class CommandServices
{
    /// <summary>Services whose warnings and errors go to standard error.</summary>
    public static IngotServices Create() =>
        IngotServices.Create(IngotOptions.Load(), new StandardErrorLoggers(LogLevel.Warning));
}

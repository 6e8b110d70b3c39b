using Microsoft.Extensions.Logging;

namespace Ingot.Engine;

/// <summary>
/// Logs for a thread that nobody could go on for: what cannot be written (the disk is full, a provider has a defect) is lost, and whoever logs goes on.
/// An exception from a log would otherwise end the engine's thread, and with it the process.
/// </summary>
/// <param name="logger">Where it is written.</param>
internal sealed class ForgivingLogger(ILogger logger) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return logger.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            return false;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            logger.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // There is nobody to tell: this was how to tell.
        }
    }
}

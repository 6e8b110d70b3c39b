using Microsoft.Extensions.Logging;
using LevelOfExtensions = Microsoft.Extensions.Logging.LogLevel;

namespace Microsoft.AI.Foundry.Local.Logging;

/// <summary>Sends what every part of Ingot logs to the one logger the application gave, from a level on.</summary>
internal sealed class LoggerFactoryOverLogger(ILogger logger, LogLevel minimum) : ILoggerFactory
{
    private readonly FilteredLogger _logger = new(logger, ToExtensions(minimum));

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => _logger;

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("Messages go to the application's own logger only.");

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static LevelOfExtensions ToExtensions(LogLevel level) => level switch
    {
        LogLevel.Verbose => LevelOfExtensions.Trace,
        LogLevel.Debug => LevelOfExtensions.Debug,
        LogLevel.Information => LevelOfExtensions.Information,
        LogLevel.Warning => LevelOfExtensions.Warning,
        LogLevel.Error => LevelOfExtensions.Error,
        _ => LevelOfExtensions.Critical,
    };

    private sealed class FilteredLogger(ILogger inner, LevelOfExtensions minimum) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LevelOfExtensions logLevel) => logLevel >= minimum && inner.IsEnabled(logLevel);

        public void Log<TState>(
            LevelOfExtensions logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}

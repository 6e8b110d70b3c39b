using Microsoft.Extensions.Logging;

namespace Ingot.Engine.Tests;

/// <summary>A log that cannot be written.</summary>
/// <typeparam name="T">Whose.</typeparam>
internal sealed class FullDisk<T> : ILogger<T>
{
    private int _count;

    /// <summary>How often somebody has tried.</summary>
    public int Count => Volatile.Read(ref _count);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => throw new IOException("The disk is full.");

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Interlocked.Increment(ref _count);
        throw new IOException("The disk is full.");
    }
}

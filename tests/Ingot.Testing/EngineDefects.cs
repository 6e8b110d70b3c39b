using System.Diagnostics.Metrics;

namespace Ingot.Testing;

/// <summary>
/// Listens to all engines of a test program, and fails the run when one of them found its bookkeeping wrong: engines go on after that, so
/// that the tests themselves may not notice. To be an assembly's fixture.
/// </summary>
public sealed class EngineDefects : IDisposable
{
    /// <summary>What an engine is to be called whose bookkeeping a test spoils.</summary>
    public const string Spoiled = "spoiled on purpose";

    private readonly MeterListener _listener = new();
    private long _count;

    public EngineDefects()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "Ingot.Engine", Name: "ingot.engine.integrity_failures" })
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, measurement, tags, _) =>
        {
            if (tags[0].Value is not Spoiled)
                Interlocked.Add(ref _count, measurement);
        });
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        if (_count > 0)
            throw new InvalidOperationException($"{_count} times an engine found its bookkeeping of requests and cache blocks wrong.");
    }
}

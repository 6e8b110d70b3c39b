namespace Ingot.Models.Tests;

/// <summary>
/// A clock that stands still until it is advanced. Nobody's patience of a second or more ends by it: a server of the test answers later than
/// that where a machine is busy. Shorter waits, such as those before another attempt, take their time.
/// </summary>
public sealed class ManualTime : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime < TimeSpan.FromSeconds(1) ? dueTime : Timeout.InfiniteTimeSpan, period);

    public void Advance(TimeSpan by) => _ticks += by.Ticks;
}

using System.Globalization;
using Ingot.Errors;
using Ingot.Models.Catalog;

namespace Ingot.Service.Hosting;

/// <summary>
/// Remembers for a short time which loads failed, so that a model that cannot be loaded is not read again for every request.
/// The time grows with each failure; it ends early when the model's files change. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class LoadFailures(TimeProvider time)
{
    /// <summary>How long the first failure is remembered.</summary>
    internal static readonly TimeSpan FirstTime = TimeSpan.FromSeconds(5);

    /// <summary>How long a failure is remembered at most.</summary>
    internal static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(60);

    // Names come from requests, too; a memory without a bound would be theirs to fill.
    private const int MostRemembered = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Failure> _failures = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The failure a model's load would meet again; null when it is worth trying.</summary>
    /// <param name="entry">The model.</param>
    /// <param name="stamp">Tells what its files are like now; asked only when there was a failure.</param>
    internal IngotException? Recent(ModelEntry entry, Func<int> stamp)
    {
        Failure? failure;
        lock (_lock)
            _failures.TryGetValue(entry.Id, out failure);
        if (failure is null)
            return null;
        if (failure.Stamp != stamp())
        {
            Forget(entry);
            return null;
        }

        return time.GetUtcNow() < failure.Until ? failure.Again() : null;
    }

    /// <summary>Remembers a failure, unless the next try may well go better.</summary>
    /// <param name="entry">The model.</param>
    /// <param name="stamp">What its files were like when the load began.</param>
    /// <param name="reason">Why it failed.</param>
    internal void Add(ModelEntry entry, int stamp, Exception reason)
    {
        if (reason is OperationCanceledException or IngotException { Code: ErrorCode.EngineStopped or ErrorCode.ModelNotFound or ErrorCode.InsufficientMemory })
            return;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_failures.Count >= MostRemembered)
                _failures.Clear();
            var wait = _failures.TryGetValue(entry.Id, out var before) && before.Stamp == stamp ? Min(before.Wait * 2, LongestTime) : FirstTime;
            _failures[entry.Id] = new Failure(entry.Id, reason, stamp, now, wait);
        }
    }

    /// <summary>The model was loaded.</summary>
    internal void Forget(ModelEntry entry)
    {
        lock (_lock)
            _failures.Remove(entry.Id);
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private sealed record Failure(string Id, Exception Reason, int Stamp, DateTimeOffset At, TimeSpan Wait)
    {
        public DateTimeOffset Until => At + Wait;

        public IngotException Again()
        {
            var when = string.Create(CultureInfo.InvariantCulture,
                $"It failed at {At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z and is tried again from {Until.UtcDateTime:HH:mm:ss}Z on, or when its files change.");
            return Reason is IngotException refusal
                ? new IngotException(refusal.Code, $"{refusal.Message} {when}", refusal.Param ?? "model", refusal)
                : new IngotException(ErrorCode.Internal, $"Model '{Id}' could not be loaded; the log says why. {when}", "model", Reason);
        }
    }
}

using System.IO.Hashing;
using System.Text;
using Ingot.Service.Providers;

namespace Ingot.Gateway.Replicas;

/// <summary>
/// One address of a provider: how many requests are under way there, and whether it is given more. Thread-safe; every change
/// of state is a line of the log.
/// </summary>
/// <param name="provider">Whose it is.</param>
/// <param name="address">Its base address.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of changes.</param>
internal sealed class Replica(string provider, Uri address, TimeProvider time, ILogger logger)
{
    /// <summary>How often it is looked at while it is well.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(10);

    /// <summary>When it is looked at after it went down; each further look takes twice as long, up to <see cref="LongestBackOff"/>.</summary>
    public static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest time between two looks.</summary>
    public static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(30);

    /// <summary>The longest that a replica is believed about for how long it is full.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>One failed answer can be the request's fault; so many in a row are the replica's.</summary>
    private const int MostFailures = 3;

    private readonly Lock _lock = new();
    private ReplicaState _state;
    private string? _reason;
    private DateTimeOffset _since = time.GetUtcNow();
    private DateTimeOffset _fullUntil;
    private DateTimeOffset _nextCheck = time.GetUtcNow() + CheckInterval;
    private TimeSpan _backOff = FirstBackOff;
    private int _failures;
    private int _faults;
    private int _underWay;

    /// <summary>Its base address.</summary>
    public Uri Address => address;

    /// <summary>What stands for it where replicas are put in order; the same in every process.</summary>
    public ulong Hash { get; } = HashOf(address);

    /// <summary>What stands for the replica at an address.</summary>
    public static ulong HashOf(Uri address) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(address.AbsoluteUri));

    /// <summary>Requests under way.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>What it is like now.</summary>
    public ReplicaStatus Status
    {
        get
        {
            lock (_lock)
            {
                EndWait();
                return new ReplicaStatus(provider, address, _state, _reason, UnderWay, _since);
            }
        }
    }

    /// <summary>How much longer it says it is full; zero when it does not.</summary>
    public TimeSpan Wait
    {
        get
        {
            lock (_lock)
            {
                EndWait();
                return _state == ReplicaState.Full ? _fullUntil - time.GetUtcNow() : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Whether it is time to look at it.</summary>
    public bool IsCheckDue
    {
        get
        {
            lock (_lock)
                return time.GetUtcNow() >= _nextCheck;
        }
    }

    /// <summary>A request goes there; <see cref="Leave"/> must follow.</summary>
    public void Enter() => Interlocked.Increment(ref _underWay);

    /// <summary>A request has ended.</summary>
    public void Leave() => Interlocked.Decrement(ref _underWay);

    /// <summary>It began to answer a request.</summary>
    public void Answered()
    {
        lock (_lock)
        {
            _failures = 0;
            _backOff = FirstBackOff;
            Become(ReplicaState.Up, null);
        }
    }

    /// <summary>It has no room.</summary>
    /// <param name="wait">For how long; at most <see cref="LongestWait"/> counts.</param>
    public void Refused(TimeSpan wait)
    {
        lock (_lock)
        {
            _fullUntil = time.GetUtcNow() + (wait < LongestWait ? wait : LongestWait);
            Become(ReplicaState.Full, "it is full");
        }
    }

    /// <summary>It answered with a failure of its own, or broke an answer off.</summary>
    /// <param name="reason">What it did.</param>
    public void Failed(string reason)
    {
        lock (_lock)
        {
            if (++_failures >= MostFailures)
                GoDown(reason);
            else if (_state == ReplicaState.Up)
                _nextCheck = time.GetUtcNow();
        }
    }

    /// <summary>It cannot be reached, or went away before it began to answer.</summary>
    /// <param name="reason">What happened.</param>
    public void Lost(string reason)
    {
        lock (_lock)
            GoDown(reason);
    }

    /// <summary>Somebody looked whether it is there.</summary>
    /// <param name="fault">Why it is not well; null when it is.</param>
    public void Checked(string? fault)
    {
        lock (_lock)
        {
            if (fault is not null)
            {
                // Between two requests, the first sign of trouble may be a busy moment.
                if (_state == ReplicaState.Down || ++_faults >= MostFailures)
                    GoDown(fault);
                else
                    _nextCheck = time.GetUtcNow() + FirstBackOff;
                return;
            }

            _faults = 0;
            _nextCheck = time.GetUtcNow() + CheckInterval;
            if (_state != ReplicaState.Down)
                return;

            // It must still show that it can answer: the next failure takes it down again, and for longer.
            _failures = MostFailures - 1;
            Become(ReplicaState.Up, null);
        }
    }

    private void GoDown(string reason)
    {
        // Many requests find out at the same time: that is one failure.
        if (_state == ReplicaState.Down && time.GetUtcNow() < _nextCheck)
            return;
        TimeSpan jitter = _backOff * (Random.Shared.NextDouble() / 5);
        _nextCheck = time.GetUtcNow() + _backOff + jitter;
        _backOff = _backOff * 2 < LongestBackOff ? _backOff * 2 : LongestBackOff;
        _failures = MostFailures;
        Become(ReplicaState.Down, reason);
    }

    private void EndWait()
    {
        if (_state == ReplicaState.Full && time.GetUtcNow() >= _fullUntil)
            Become(ReplicaState.Up, null);
    }

    private void Become(ReplicaState state, string? reason)
    {
        _reason = reason;
        if (state == _state)
            return;
        ReplicaState before = _state;
        (_state, _since) = (state, time.GetUtcNow());
        switch (state)
        {
            case ReplicaState.Down:
                logger.ReplicaDown(provider, address, reason!);
                break;
            case ReplicaState.Full:
                logger.ReplicaFull(provider, address);
                break;
            case ReplicaState.Up when before == ReplicaState.Full:
                logger.ReplicaHasRoom(provider, address);
                break;
            default:
                logger.ReplicaUp(provider, address);
                break;
        }
    }
}

using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Ingot.Compute.Threading;

/// <summary>
/// A fixed set of threads that do one piece of work together, the caller being member 0. Knows nothing of what the work is.
/// Not thread-safe: one thread at a time owns it (calls <see cref="Run"/> and <see cref="Dispose"/>).
/// </summary>
/// <remarks>
/// Members spin for a short while between two runs and then sleep, so an idle team uses no CPU. Waits inside a run spin,
/// then yield, so that a team larger than the free cores still makes progress.
/// </remarks>
public sealed class ThreadTeam : IDisposable
{
    private static readonly long IdleSpinTicks = Stopwatch.Frequency * 100 / 1_000_000;

    private readonly Member[] _members;
    private readonly TeamBarrier _barrier;
    private ITeamWork? _work;
    private ExceptionDispatchInfo? _failure;
    private int _generation;
    private int _unfinished;
    private bool _stopping;

    /// <summary>Starts the threads (all but the caller's own).</summary>
    /// <param name="count">Members including the caller, 1 to 256; 0 means the cores this process may use.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is outside its range.</exception>
    public ThreadTeam(int count = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 256);
        Count = count == 0 ? Math.Clamp(Environment.ProcessorCount, 1, 256) : count;
        _barrier = new TeamBarrier(Count);
        _members = new Member[Count - 1];
        for (int i = 0; i < _members.Length; i++)
        {
            int number = i + 1;
            var member = new Member(new Thread(() => Loop(number)) { IsBackground = true, Name = $"ingot-compute-{number}" });
            _members[i] = member;
        }

        foreach (Member member in _members) member.Thread.Start();
    }

    /// <summary>How many members the team has, the caller of <see cref="Run"/> included.</summary>
    public int Count { get; }

    /// <summary>
    /// Executes <paramref name="work"/> on every member and returns when all are done. The first exception any member threw is rethrown here,
    /// after all members have left the work; members waiting at a barrier are released by it.
    /// </summary>
    /// <param name="work">What to do; called once per member.</param>
    public void Run(ITeamWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        ObjectDisposedException.ThrowIf(_stopping, this);
        _work = work;
        Volatile.Write(ref _unfinished, _members.Length);
        Wake();
        Execute(work, 0);
        var wait = new SpinThenYield();
        while (Volatile.Read(ref _unfinished) != 0) wait.Once();
        _work = null;
        if (_failure is not { } failure) return;
        _failure = null;
        _barrier.Reset();
        failure.Throw();
    }

    /// <summary>Waits until every member of the running work has called this. Only to be called by members, from inside the work.</summary>
    /// <exception cref="OperationCanceledException">Another member threw; let it pass, Run reports the member's own exception.</exception>
    public void Barrier() => _barrier.SignalAndWait();

    /// <summary>To be called by members, from inside the work, while they wait for others in a way of their own.</summary>
    /// <exception cref="OperationCanceledException">Another member threw; let it pass, Run reports the member's own exception.</exception>
    public void ThrowIfBroken() => _barrier.ThrowIfBroken();

    /// <summary>Ends the threads and waits for them. Must not be called from inside the work.</summary>
    public void Dispose()
    {
        if (_stopping) return;
        Volatile.Write(ref _stopping, true);
        Wake();
        foreach (Member member in _members)
        {
            member.Thread.Join();
            member.WakeUp.Dispose();
        }
    }

    private void Wake()
    {
        Interlocked.Increment(ref _generation);
        foreach (Member member in _members)
            if (Interlocked.Exchange(ref member.Asleep, 0) == 1) member.WakeUp.Set();
    }

    private void Loop(int number)
    {
        Member self = _members[number - 1];
        int seen = 0;
        while (true)
        {
            WaitForNext(self, seen);
            seen = Volatile.Read(ref _generation);
            if (Volatile.Read(ref _stopping)) return;
            Execute(_work!, number);
            Interlocked.Decrement(ref _unfinished);
        }
    }

    private void WaitForNext(Member self, int seen)
    {
        long start = Stopwatch.GetTimestamp();
        var wait = new SpinThenYield();
        while (Volatile.Read(ref _generation) == seen)
        {
            wait.Once();
            if (Stopwatch.GetTimestamp() - start < IdleSpinTicks) continue;

            // Announce sleep, then look again: either we see the new work, or Wake sees the announcement.
            Interlocked.Exchange(ref self.Asleep, 1);
            if (Volatile.Read(ref _generation) != seen && Interlocked.Exchange(ref self.Asleep, 0) == 1) return;
            self.WakeUp.WaitOne();
        }
    }

    private void Execute(ITeamWork work, int number)
    {
        try
        {
            work.Execute(number, Count);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            _barrier.Break();
        }
    }

    private sealed class Member(Thread thread)
    {
        public int Asleep;

        public Thread Thread { get; } = thread;

        public AutoResetEvent WakeUp { get; } = new(false);
    }
}

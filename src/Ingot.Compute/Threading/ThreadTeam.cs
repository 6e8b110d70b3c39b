using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Ingot.Compute.Machine;

namespace Ingot.Compute.Threading;

/// <summary>
/// A fixed set of threads that do one piece of work together, the caller being member 0. Knows nothing of what the work is.
/// Not thread-safe: one thread at a time owns it (calls <see cref="Run"/> and <see cref="Dispose"/>).
/// </summary>
/// <remarks>
/// Members spin for a short while between two runs and then sleep, so an idle team uses no CPU. Waits inside a run spin,
/// then yield, so that a team larger than the free cores still makes progress.
/// <para>
/// What has to be done beside the work, on cores that all compute, is best done by a member between two shares
/// (<see cref="TryGive"/>): a thread of its own would take a core from a member in the middle of one, and all would wait for it.
/// </para>
/// </remarks>
public sealed class ThreadTeam : IDisposable
{
    private static readonly long IdleSpinTicks = Stopwatch.Frequency * 100 / 1_000_000;

    private readonly Member[] _members;
    private readonly TeamBarrier _barrier;
    private readonly ErrandDesk _errands = new();
    private ITeamWork? _work;
    private ExceptionDispatchInfo? _failure;

    // Counts the beginnings and the ends of runs: odd while there is one to join.
    private int _generation;
    private int _inside;
    private int _finished;
    private bool _stopping;

    /// <summary>Starts the threads (all but the caller's own).</summary>
    /// <param name="count">Members including the caller, 1 to <see cref="ComputeOptions.MostThreads"/>; 0 means <see cref="MachineCores.Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is outside its range.</exception>
    public ThreadTeam(int count = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, ComputeOptions.MostThreads);
        Count = count == 0 ? Math.Min(MachineCores.Count, ComputeOptions.MostThreads) : count;
        _barrier = new TeamBarrier(Count);
        _members = new Member[Count - 1];
        for (int i = 0; i < _members.Length; i++)
        {
            int number = i + 1;
            var member = new Member(new Thread(() => Loop(number)) { IsBackground = true, Name = $"ingot-compute-{number}" });
            _members[i] = member;
        }

        // Errands are not those of whoever starts the team.
        foreach (Member member in _members) member.Thread.UnsafeStart();
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
        bool needsAll = work is not ISharedWork;
        _work = work;
        Volatile.Write(ref _finished, 0);
        Interlocked.Increment(ref _generation);
        Wake();
        Execute(work, 0);
        var wait = new SpinThenYield();
        while (needsAll && Volatile.Read(ref _finished) != _members.Length) wait.Once();

        // Who comes from here on sees that it is over, or is seen inside.
        Interlocked.Increment(ref _generation);
        while (Volatile.Read(ref _inside) != 0) wait.Once();
        _work = null;
        if (_failure is not { } failure) return;
        _failure = null;
        _barrier.Reset();
        failure.Throw();
    }

    /// <summary>
    /// Has one of the members, not the caller, do something short as soon as it has nothing to do or finds time
    /// (<see cref="TryTakeErrand"/>). Meanwhile the team works without it, as long as that takes; only work that needs everyone waits.
    /// </summary>
    /// <param name="errand">What to do, once.</param>
    /// <returns>False when nobody can: the team is its owner alone, or a member is still at an errand given before.</returns>
    public bool TryGive(IThreadPoolWorkItem errand)
    {
        ArgumentNullException.ThrowIfNull(errand);
        if (_members.Length == 0 || _stopping || !_errands.TryGive(errand)) return false;
        // Whoever is awake looks again before it sleeps.
        foreach (Member member in _members)
            if (Volatile.Read(ref member.Asleep) == 0) return true;
        WakeUp(_members[^1]);
        return true;
    }

    /// <summary>To be called by members from inside <see cref="ISharedWork"/>, between two shares: one for whom this is true must leave the work, to do an errand, and joins again after that.</summary>
    /// <param name="member">The caller's number; never true for 0, the owner.</param>
    public bool TryTakeErrand(int member) => member != 0 && _errands.TryTake(member);

    /// <summary>Waits until every member of the running work has called this. Only to be called by members, from inside the work.</summary>
    /// <exception cref="OperationCanceledException">Another member threw; let it pass, Run reports the member's own exception.</exception>
    public void Barrier() => _barrier.SignalAndWait();

    /// <summary>To be called by members, from inside the work, while they wait for others in a way of their own.</summary>
    /// <exception cref="OperationCanceledException">Another member threw; let it pass, Run reports the member's own exception.</exception>
    public void ThrowIfBroken() => _barrier.ThrowIfBroken();

    /// <summary>Ends the threads and waits for them, but for one that is at an errand: that ends afterwards. Must not be called from inside the work.</summary>
    public void Dispose()
    {
        if (_stopping) return;
        Volatile.Write(ref _stopping, true);
        if (_errands.TakeBack() is { } left) ThreadPool.UnsafeQueueUserWorkItem(left, preferLocal: false);
        Wake();
        for (int number = 1; number <= _members.Length; number++)
        {
            if (_errands.IsWith(number)) continue;
            _members[number - 1].Thread.Join();
            _members[number - 1].WakeUp.Dispose();
        }
    }

    private void Wake()
    {
        foreach (Member member in _members) WakeUp(member);
    }

    private static void WakeUp(Member member)
    {
        if (Interlocked.Exchange(ref member.Asleep, 0) == 1) member.WakeUp.Set();
    }

    private void Loop(int number)
    {
        Member self = _members[number - 1];
        int last = 0;
        while (true)
        {
            WaitForNext(self, number, last);
            if (_errands.IsWith(number))
            {
                _errands.Do();
                continue;
            }

            if (Volatile.Read(ref _stopping)) return;
            Interlocked.Increment(ref _inside);
            int run = Volatile.Read(ref _generation);
            if (IsNew(run, last))
            {
                Execute(_work!, number);
                Interlocked.Increment(ref _finished);
                // Who has left for an errand may come back.
                if (!_errands.IsWith(number)) last = run;
            }

            Interlocked.Decrement(ref _inside);
            if (_errands.IsWith(number)) _errands.Do();
        }
    }

    private void WaitForNext(Member self, int number, int last)
    {
        long start = Stopwatch.GetTimestamp();
        var wait = new SpinThenYield();
        while (!IsNew(Volatile.Read(ref _generation), last) && !Volatile.Read(ref _stopping) && !_errands.TryTake(number))
        {
            wait.Once();
            if (Stopwatch.GetTimestamp() - start < IdleSpinTicks) continue;

            // Announce sleep, then look again: either we see what is new, or whoever brings it sees the announcement.
            Interlocked.Exchange(ref self.Asleep, 1);
            bool isNew = IsNew(Volatile.Read(ref _generation), last) || Volatile.Read(ref _stopping) || _errands.HasErrand;
            if (isNew && Interlocked.Exchange(ref self.Asleep, 0) == 1) continue;
            self.WakeUp.WaitOne();
        }
    }

    private static bool IsNew(int run, int last) => (run & 1) == 1 && run != last;

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

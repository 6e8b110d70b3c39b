using Ingot.Engine.Scheduling;

namespace Ingot.Engine.Sampling.Masks;

/// <summary>
/// Works out beside a step of the model what constraints will allow after it. Only masks that take long are left to its thread,
/// which sleeps until there is one: most are known, and waking a thread costs more than they do. What the thread has not begun
/// when the step is over, the engine does itself.
/// </summary>
/// <remarks>
/// No locks: masks are claimed by counting <c>_unclaimed</c> down. It is set last when a round begins, so that whoever gets a
/// number from 0 sees that round's work, and a thread that wakes late gets a number below.
/// </remarks>
internal sealed class MaskFinder : IDisposable
{
    private readonly AutoResetEvent _wakeUp = new(initialState: false);
    private readonly Thread _thread;
    private readonly Generation[] _work;
    private int _count;
    private int _unclaimed;
    private int _unfinished;
    private volatile bool _stopping;

    /// <param name="name">What the thread is called.</param>
    /// <param name="maxSequences">The most masks of one step.</param>
    public MaskFinder(string name, int maxSequences)
    {
        _work = new Generation[maxSequences];
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Begins a step. Nobody may touch its generations' constraints before <see cref="Finish"/>, which must follow.</summary>
    /// <param name="plan">The step; the masks are those of the sequences it yields tokens for.</param>
    /// <param name="generations">Whose sequences these are.</param>
    public void Begin(StepPlan plan, Dictionary<Sequence, Generation> generations)
    {
        foreach (PlannedTokens part in plan.Parts)
        {
            if (part.YieldsToken && generations[part.Sequence] is { NeedsMask: true } generation)
                _work[_count++] = generation;
        }
        if (_count == 0)
            return;
        Volatile.Write(ref _unfinished, _count);
        Volatile.Write(ref _unclaimed, _count);
        _wakeUp.Set();
    }

    /// <summary>Does what is left, and waits for what is being done.</summary>
    public void Finish()
    {
        if (_count == 0)
            return;
        while (TryFindOne())
        {
        }
        var wait = new SpinWait();
        while (Volatile.Read(ref _unfinished) > 0)
            wait.SpinOnce(sleep1Threshold: -1);
        Array.Clear(_work, 0, _count);
        _count = 0;
    }

    public void Dispose()
    {
        _stopping = true;
        _wakeUp.Set();
        _thread.Join();
        _wakeUp.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _wakeUp.WaitOne();
            if (_stopping)
                return;
            while (TryFindOne())
            {
            }
        }
    }

    private bool TryFindOne()
    {
        int claimed = Interlocked.Decrement(ref _unclaimed);
        if (claimed < 0)
            return false;
        _work[claimed].FindMask();
        Interlocked.Decrement(ref _unfinished);
        return true;
    }
}

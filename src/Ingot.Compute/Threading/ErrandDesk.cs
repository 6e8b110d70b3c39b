namespace Ingot.Compute.Threading;

/// <summary>One errand at a time: given by the team's owner, taken and done by one of its members.</summary>
internal sealed class ErrandDesk
{
    private const int Free = 0;
    private const int Waiting = 1;

    private IThreadPoolWorkItem? _errand;

    // From Waiting + 1 on: the number of the member who has it, which is 1 at least.
    private int _state;

    /// <summary>Whether somebody should take one.</summary>
    public bool HasErrand => Volatile.Read(ref _state) == Waiting;

    /// <summary>Puts one down; false while there is one already, taken or not. What follows sees it put down.</summary>
    public bool TryGive(IThreadPoolWorkItem errand)
    {
        if (Volatile.Read(ref _state) != Free)
            return false;
        _errand = errand;
        Interlocked.Exchange(ref _state, Waiting);
        return true;
    }

    /// <summary>Takes the one that waits, if any, for the caller to do.</summary>
    public bool TryTake(int member) => HasErrand && Interlocked.CompareExchange(ref _state, Waiting + member, Waiting) == Waiting;

    /// <summary>Whether a member has taken one and not done it yet.</summary>
    public bool IsWith(int member) => Volatile.Read(ref _state) == Waiting + member;

    /// <summary>Does what the caller has taken.</summary>
    public void Do()
    {
        IThreadPoolWorkItem errand = _errand!;
        _errand = null;
        try
        {
            errand.Execute();
        }
        finally
        {
            Volatile.Write(ref _state, Free);
        }
    }

    /// <summary>Takes back one that nobody has taken.</summary>
    /// <returns>Null when there is none.</returns>
    public IThreadPoolWorkItem? TakeBack() => Interlocked.CompareExchange(ref _state, Free, Waiting) == Waiting ? _errand : null;
}

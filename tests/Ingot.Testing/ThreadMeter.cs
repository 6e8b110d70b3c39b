using Ingot.Compute.Threading;

namespace Ingot.Testing;

/// <summary>
/// What each thread of a team has claimed of memory so far. To be shared with a team, whose every member then reads its own meter: what
/// other threads of the process do does not matter.
/// </summary>
public sealed class ThreadMeter(int memberCount) : ISharedWork
{
    private readonly long[] _bytes = new long[memberCount];
    private readonly long[] _before = new long[memberCount];
    private int _arrived;

    /// <summary>What each member has claimed between the last two readings, in bytes; the first is the team's owner.</summary>
    public long[] Claimed => [.. _bytes.Zip(_before, (now, before) => now - before)];

    public void Execute(int member, int memberCount)
    {
        _before[member] = _bytes[member];
        _bytes[member] = GC.GetAllocatedBytesForCurrentThread();
        Interlocked.Increment(ref _arrived);
        if (member != 0)
            return;

        // Once the owner returns nobody joins any more.
        var wait = new SpinWait();
        while (Volatile.Read(ref _arrived) < memberCount)
            wait.SpinOnce(sleep1Threshold: -1);
        Volatile.Write(ref _arrived, 0);
    }
}

using System.Runtime.InteropServices;

namespace Ingot.Compute.Threading;

/// <summary>A barrier for a fixed number of members that spins, then yields. Broken by a failing member so that none waits for it forever.</summary>
internal sealed class TeamBarrier(int count)
{
    private Counters _counters;

    public void SignalAndWait()
    {
        ThrowIfBroken();
        int phase = Volatile.Read(ref _counters.Phase);
        if (Interlocked.Increment(ref _counters.Arrived) == count)
        {
            _counters.Arrived = 0;
            Volatile.Write(ref _counters.Phase, phase + 1);
            return;
        }

        var wait = new SpinThenYield();
        while (Volatile.Read(ref _counters.Phase) == phase)
        {
            ThrowIfBroken();
            wait.Once();
        }
    }

    public void ThrowIfBroken()
    {
        if (Volatile.Read(ref _counters.Broken) != 0) ThrowBroken();
    }

    public void Break() => Volatile.Write(ref _counters.Broken, 1);

    /// <summary>Makes a broken barrier whole again; only while no member is inside.</summary>
    public void Reset()
    {
        _counters.Arrived = 0;
        Volatile.Write(ref _counters.Broken, 0);
    }

    private static void ThrowBroken() => throw new OperationCanceledException("Another member of the team failed.");

    // Arrivals write one cache line; those who wait read another.
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Counters
    {
        [FieldOffset(128)] public int Arrived;
        [FieldOffset(256)] public int Phase;
        [FieldOffset(260)] public int Broken;
    }
}

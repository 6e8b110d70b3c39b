using System.Diagnostics;
using System.Runtime.InteropServices;
using Ingot.Compute.Execution.Operations;

namespace Ingot.Compute.Execution;

/// <summary>
/// Where the time of steps goes, added up over them: for each member of the team, what it spent on each kind of operation and on waiting
/// for the others. To be read between steps only.
/// </summary>
internal sealed class StepProfile(int memberCount)
{
    private readonly Clock[] _clocks = new Clock[memberCount + 1];

    /// <summary>Seconds of one kind of operation, the mean of all members.</summary>
    public double Seconds(OperationKind kind) => Sum(kind) / memberCount / Stopwatch.Frequency;

    /// <summary>Forgets what was added up.</summary>
    public void Clear() => Array.Clear(_clocks);

    /// <summary>From here on a member's time counts; what passed since its last step does not.</summary>
    public void Begin(int member) => _clocks[member + 1].Last = Stopwatch.GetTimestamp();

    /// <summary>Adds a member's time since it last called to a kind.</summary>
    public unsafe void Add(int member, OperationKind kind)
    {
        ref Clock clock = ref _clocks[member + 1];
        long now = Stopwatch.GetTimestamp();
        clock.Ticks[(int)kind] += now - clock.Last;
        clock.Last = now;
    }

    private unsafe double Sum(OperationKind kind)
    {
        double sum = 0;
        foreach (Clock clock in _clocks)
            sum += clock.Ticks[(int)kind];
        return sum;
    }

    // A pair of cache lines to each member; the array's first element keeps its header apart.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private unsafe struct Clock
    {
        [FieldOffset(0)] public long Last;
        [FieldOffset(8)] public fixed long Ticks[4];
    }
}

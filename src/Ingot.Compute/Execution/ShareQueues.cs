using System.Runtime.InteropServices;

namespace Ingot.Compute.Execution;

/// <summary>
/// The shares of a phase, dealt out in advance, a run of neighbours to each member. Whoever is through with its own takes from
/// the others, so that a core that is briefly taken away, or slower, holds nobody up for longer than one share.
/// </summary>
/// <remarks>Two sets of counters take turns, so that clearing the one needs no barrier besides those between phases.</remarks>
internal sealed class ShareQueues(int memberCount)
{
    private readonly Counters[] _taken = new Counters[memberCount + 1];

    /// <summary>Before the first phase of a run, by the one who starts it.</summary>
    public void Clear() => Array.Clear(_taken);

    /// <summary>Makes this member's queue ready for the phase after <paramref name="phase"/>; to be called between the barriers around it.</summary>
    public void ClearNext(int member, int phase) => Volatile.Write(ref Counter(member, phase + 1), 0);

    /// <summary>Takes the next share of a phase: of <paramref name="owner"/>'s queue, or of the next one that has any.</summary>
    /// <param name="phase">The phase's number.</param>
    /// <param name="each">Shares in each member's queue.</param>
    /// <param name="owner">The member whose queue to take from, at first the caller's own; moved on when that is empty.</param>
    /// <param name="emptied">How many queues were found empty so far, at first 0.</param>
    /// <param name="share">The share's number, 0 to members × each − 1.</param>
    /// <returns>False when no queue has any.</returns>
    public bool TryTake(int phase, int each, ref int owner, ref int emptied, out int share)
    {
        for (; emptied < memberCount; emptied++, owner = owner + 1 == memberCount ? 0 : owner + 1)
        {
            ref int taken = ref Counter(owner, phase);
            // Looking first leaves the line of an empty queue where it is.
            if (Volatile.Read(ref taken) >= each)
                continue;
            int index = Interlocked.Increment(ref taken) - 1;
            if (index >= each)
                continue;
            share = (owner * each) + index;
            return true;
        }

        share = 0;
        return false;
    }

    private ref int Counter(int member, int phase)
    {
        ref Counters counters = ref _taken[member + 1];
        return ref (phase & 1) == 0 ? ref counters.Even : ref counters.Odd;
    }

    // A pair of cache lines to each member, for processors fetch them in pairs; the array's first element keeps its header apart.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Counters
    {
        [FieldOffset(0)] public int Even;
        [FieldOffset(128)] public int Odd;
    }
}

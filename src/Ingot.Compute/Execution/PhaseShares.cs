using System.Runtime.InteropServices;

namespace Ingot.Compute.Execution;

/// <summary>
/// The shares of one phase after the other, dealt out in advance, a run of neighbours to each member. Whoever is through with its
/// own takes from the others. A phase is over when all its shares are done, whoever did them: a member whose core is taken away
/// holds nobody up for longer than the one share it may be at, and joins in again where the others are by then.
/// </summary>
/// <remarks>
/// Phases are numbered from the first run on and never again, and each count of shares taken says of which phase it is. So nobody
/// has to clear the counts, and a member who comes late can take nothing of a phase it does not know of.
/// </remarks>
internal sealed class PhaseShares(int memberCount)
{
    private const int TakenBits = 20;

    private readonly Queue[] _queues = new Queue[memberCount + 1];
    private State _state;
    private long _next;

    /// <summary>Opens the first phase of a run; by the one who starts it, while no member is at work.</summary>
    /// <param name="phaseCount">Phases of the run.</param>
    /// <returns>The first one's number; the others follow.</returns>
    public long Begin(int phaseCount)
    {
        long first = _next;
        _next += phaseCount;
        _state.Done = 0;
        Volatile.Write(ref _state.Open, first);
        return first;
    }

    /// <summary>The phase that shares are taken of; beyond the run's last one when all are over.</summary>
    public long Open() => Volatile.Read(ref _state.Open);

    /// <summary>Takes the next share of a phase, which says that the caller has done those it took before; the last of a phase opens the next one.</summary>
    /// <param name="phase">The phase's number.</param>
    /// <param name="each">Shares in each member's queue, 1 to a million.</param>
    /// <param name="taker">The caller, new in each phase.</param>
    /// <param name="share">The share's number, 0 to members × each − 1.</param>
    /// <returns>False when there is none left.</returns>
    public bool TryTake(long phase, int each, ref ShareTaker taker, out int share)
    {
        while (taker.Emptied < memberCount)
        {
            int index = TakeOf(taker.Owner, phase, each);
            if (index >= 0)
            {
                taker.Taken++;
                share = (taker.Owner * each) + index;
                return true;
            }

            // Said before looking at the others' queues, which are far away: all wait for the last one.
            Finish(phase, each, taker.Taken);
            taker.Taken = 0;
            taker.Emptied = Open() == phase ? taker.Emptied + 1 : memberCount;
            taker.Owner = taker.Owner + 1 == memberCount ? 0 : taker.Owner + 1;
        }

        share = 0;
        return false;
    }

    private void Finish(long phase, int each, int count)
    {
        if (count == 0 || Interlocked.Add(ref _state.Done, count) < memberCount * each)
            return;
        _state.Done = 0;
        Volatile.Write(ref _state.Open, phase + 1);
    }

    /// <returns>The share's place in the queue; -1 when there is none left.</returns>
    private int TakeOf(int owner, long phase, int each)
    {
        ref long taken = ref _queues[owner + 1].Taken;
        while (true)
        {
            long seen = Volatile.Read(ref taken);
            int index = (seen >> TakenBits) == phase + 1 ? (int)(seen & ((1 << TakenBits) - 1)) : 0;
            // Looking first leaves the line of an empty queue where it is.
            if (index >= each || (seen >> TakenBits) > phase + 1)
                return -1;
            if (Interlocked.CompareExchange(ref taken, ((phase + 1) << TakenBits) | (uint)(index + 1), seen) == seen)
                return index;
        }
    }

    // A pair of cache lines to each member, for processors fetch them in pairs; the array's first element keeps its header apart.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Queue
    {
        // The phase's number plus 1, so that 0 is no phase's, and below it how many are taken.
        [FieldOffset(0)] public long Taken;
    }

    // Those who finish write one cache line; those who wait read another.
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct State
    {
        [FieldOffset(128)] public int Done;
        [FieldOffset(256)] public long Open;
    }
}

/// <summary>Where somebody who takes shares of a phase has got to.</summary>
/// <param name="member">Who: its own queue comes first.</param>
internal struct ShareTaker(int member)
{
    /// <summary>Whose queue it takes from.</summary>
    public int Owner = member;

    /// <summary>Queues it found empty.</summary>
    public int Emptied;

    /// <summary>Shares it took of this queue.</summary>
    public int Taken;
}

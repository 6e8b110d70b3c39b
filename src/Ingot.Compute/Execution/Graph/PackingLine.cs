using Ingot.Compute.Memory;
using Ingot.Compute.Threading;

namespace Ingot.Compute.Execution.Graph;

/// <summary>
/// Packs pieces with a whole team, some megabytes of the file in one run: while these are packed, the next ones are looked at and those behind are
/// read from the disk. Pages of what is packed leave memory at once, so that a model needs little more than its own size while it is loaded, too.
/// </summary>
/// <remarks>
/// Members take shares as they come. A share is what lies in one huge page of the packed weights: the system clears a page for whoever touches it first,
/// and two who do so at once have it cleared twice.
/// </remarks>
internal sealed unsafe class PackingLine(ThreadTeam team, NativeArena arena, SourceReading reading) : ISharedWork
{
    // Enough that the ends of runs, where members wait for each other, do not show; a tenth of a small model.
    private const long RunBytes = 32L << 20;

    private readonly List<Step> _steps = [];

    // Where each share ends among the steps.
    private readonly List<int> _ends = [];
    private long _bytesRead;
    private int _taken;

    private enum Kind
    {
        Expect,
        Pack,
        Look,
    }

    /// <summary>Packs pieces in their order.</summary>
    /// <param name="pieces">Made as they are needed.</param>
    /// <param name="ct">Gives up between two runs.</param>
    public void Run(IEnumerable<WeightPiece> pieces, CancellationToken ct)
    {
        using var coming = pieces.GetEnumerator();
        List<WeightPiece> present = [], next = [];
        try
        {
            do
            {
                ct.ThrowIfCancellationRequested();
                (present, next) = (next, Take(coming));
                foreach (var piece in present)
                    piece.Claim(arena);
                Deal(present, next);
                _taken = 0;
                team.Run(this);
                _bytesRead += present.Sum(piece => piece.SourceBytes);
                present.ForEach(piece => piece.Dispose());
            }
            while (next.Count > 0);
        }
        catch
        {
            present.ForEach(piece => piece.Dispose());
            next.ForEach(piece => piece.Dispose());
            throw;
        }
    }

    void ITeamWork.Execute(int member, int memberCount)
    {
        for (int share; (share = Interlocked.Increment(ref _taken) - 1) < _ends.Count;)
        {
            for (var i = share == 0 ? 0 : _ends[share - 1]; i < _ends[share]; i++)
                Do(_steps[i]);
        }
    }

    private static List<WeightPiece> Take(IEnumerator<WeightPiece> coming)
    {
        List<WeightPiece> taken = [];
        for (var bytes = 0L; bytes < RunBytes && coming.MoveNext(); bytes += coming.Current.SourceBytes)
            taken.Add(coming.Current);
        return taken;
    }

    // The smallest shares come last, when members wait for those who are at their last one.
    private void Deal(List<WeightPiece> present, List<WeightPiece> next)
    {
        _steps.Clear();
        _ends.Clear();
        Add(new Step(Kind.Expect, null, 0, 0));
        DealTiles(present);
        foreach (var piece in next)
        {
            for (var look = 0; look < piece.LookCount; look++)
                Add(new Step(Kind.Look, piece, look, look + 1));
        }
    }

    private void DealTiles(List<WeightPiece> present)
    {
        nuint page = 0;
        foreach (var piece in present)
        {
            for (int from = 0, to; from < piece.TileCount; from = to)
            {
                if (PageOf(piece, from) != page)
                    End();
                page = PageOf(piece, from);
                to = from + 1;
                while (to < piece.TileCount && PageOf(piece, to) == page)
                    to++;
                _steps.Add(new Step(Kind.Pack, piece, from, to));
            }
        }

        End();
    }

    private static nuint PageOf(WeightPiece piece, int tile) => (nuint)piece.Tile(tile) / HugePages.PageBytes;

    private void Add(Step step)
    {
        _steps.Add(step);
        End();
    }

    private void End()
    {
        if (_steps.Count > (_ends.Count == 0 ? 0 : _ends[^1]))
            _ends.Add(_steps.Count);
    }

    private void Do(Step step)
    {
        switch (step.Kind)
        {
            case Kind.Expect:
                reading.Expect(_bytesRead);
                break;
            case Kind.Pack:
                step.Piece!.Pack(step.From, step.To);
                break;
            default:
                step.Piece!.Look(step.From);
                break;
        }
    }

    private readonly record struct Step(Kind Kind, WeightPiece? Piece, int From, int To);
}

using Ingot.Compute.Memory;
using Ingot.Compute.Threading;

namespace Ingot.Compute.Execution.Graph;

/// <summary>
/// Packs pieces with a whole team, some megabytes of the file in one run: while these are packed, the next ones are looked at and those behind are
/// read from the disk. What a thread packs it reads itself, little by little, so that a model needs little more than its own size while it is loaded, too.
/// </summary>
/// <remarks>
/// Members take shares as they come. A share is what lies in one huge page of the packed weights: the system clears a page for whoever touches it first,
/// and two who do so at once have it cleared twice.
/// </remarks>
internal sealed unsafe class PackingLine(ThreadTeam team, NativeArena arena, SourceReading reading) : ISharedWork, IDisposable
{
    // Enough that the ends of runs, where members wait for each other, do not show; a tenth of a small model.
    private const long RunBytes = 32L << 20;

    private readonly SourceDesk[] _desks = [.. Enumerable.Range(0, team.Count).Select(_ => new SourceDesk())];
    private readonly List<Step> _steps = [];

    // Where each share ends among the steps.
    private readonly List<int> _ends = [];
    private int _taken;

    private enum Kind
    {
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

    /// <summary>Gives back what was needed for packing; the pieces' own memory stays.</summary>
    public void Dispose()
    {
        foreach (var desk in _desks)
            desk.Dispose();
    }

    void ITeamWork.Execute(int member, int memberCount)
    {
        for (int share; (share = Interlocked.Increment(ref _taken) - 1) < _ends.Count;)
        {
            for (var i = share == 0 ? 0 : _ends[share - 1]; i < _ends[share]; i++)
                Do(_steps[i], _desks[member]);
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

    private void Do(Step step, SourceDesk desk)
    {
        var piece = step.Piece;
        if (step.Kind == Kind.Look)
        {
            reading.Expect(0);
            piece.Look(step.From, desk);
            return;
        }

        reading.Expect(piece.SourceBytes * (step.To - step.From) / piece.TileCount);
        piece.Pack(step.From, step.To, desk);
    }

    private readonly record struct Step(Kind Kind, WeightPiece Piece, int From, int To);
}

using Ingot.Compute.Threading;

namespace Ingot.Engine.Sampling.Rows;

/// <summary>
/// The threads that compute steps, going over one row of logits together. Who takes which piece changes nothing in the result: see <see cref="Row"/>.
/// The engine thread owns it.
/// </summary>
internal sealed class RowTeam(IModelRunner runner) : ISharedWork
{
    private readonly int[] _taken = new int[Row.PieceCount];
    private Row? _row;

    /// <summary>Does all pieces of a pass over the row.</summary>
    public void Run(Row row)
    {
        _row = row;
        Array.Clear(_taken);
        runner.Share(this);
        _row = null;
    }

    public void Execute(int member, int memberCount)
    {
        // What a member went over in the pass before is still in its core's cache.
        int own = Row.PieceCount * member / memberCount;
        for (int i = 0; i < Row.PieceCount; i++)
        {
            int piece = (own + i) % Row.PieceCount;
            if (Volatile.Read(ref _taken[piece]) == 0 && Interlocked.Exchange(ref _taken[piece], 1) == 0)
                _row!.Do(piece);
        }
    }
}

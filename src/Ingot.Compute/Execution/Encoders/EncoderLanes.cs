using Ingot.Compute.Threading;

namespace Ingot.Compute.Execution.Encoders;

/// <summary>
/// Many short sequences at once: each thread takes some of them through the whole graph, then some more, and waits for
/// nobody in between. A sequence's rows are the same bits as in any other division.
/// </summary>
/// <param name="lanes">One for each member of the team; owned.</param>
internal sealed unsafe class EncoderLanes(EncoderLane[] lanes) : ITeamWork, IDisposable
{
    /// <summary>The most tokens of a part, and so of a sequence.</summary>
    public const int MostTokens = 256;

    // Fewer rows at a time would read all weights for too little.
    private const int LeastTokens = 48;

    // Parts for each member, so that one who is held up holds up nobody else.
    private const int PartsEach = 3;

    private readonly List<(int From, int To)> _parts = [];
    private EncoderBatch _batch = null!;
    private float* _rows;
    private int _next;

    /// <summary>Working memory in bytes.</summary>
    public long ByteLength => lanes.Sum(lane => lane.ByteLength);

    /// <summary>Runs a batch if it is made for this: of enough sequences, none too long.</summary>
    /// <returns>False, and nothing done, when it is not.</returns>
    public bool TryRun(EncoderBatch batch, float* rows, ThreadTeam team)
    {
        if (lanes.Length < 2 || !TryDivide(batch))
            return false;
        _batch = batch;
        _rows = rows;
        _next = 0;
        team.Run(this);
        return true;
    }

    public void Execute(int member, int memberCount)
    {
        for (var part = Interlocked.Increment(ref _next) - 1; part < _parts.Count; part = Interlocked.Increment(ref _next) - 1)
            lanes[member].Run(_batch, _parts[part].From, _parts[part].To, _rows);
    }

    public void Dispose()
    {
        foreach (var lane in lanes)
            lane.Dispose();
    }

    private bool TryDivide(EncoderBatch batch)
    {
        _parts.Clear();
        var wanted = Math.Clamp(batch.TokenCount / (lanes.Length * PartsEach), LeastTokens, MostTokens);
        var (from, tokens) = (0, 0);
        for (var i = 0; i < batch.SequenceCount; i++)
        {
            var count = batch.Sequences[i].TokenCount;
            if (count > MostTokens)
                return false;
            if (tokens > 0 && tokens + count > wanted)
            {
                _parts.Add((from, i));
                (from, tokens) = (i, 0);
            }

            tokens += count;
        }

        _parts.Add((from, batch.SequenceCount));
        return _parts.Count >= lanes.Length;
    }
}

using System.Runtime.Intrinsics;

namespace Ingot.Engine.Sampling.Rows;

/// <summary>
/// The logits that one token is chosen by, and the passes over all of them: for the largest, for what they weigh, for those between two values. One thread
/// goes over them or a team; what is found is kept for each block and put together in the order of the blocks, so that it is the same bits whoever
/// did which. No pass changes a logit: weights are made where they are added up, and made again where one is needed.
/// </summary>
internal sealed class Row(int vocabularySize)
{
    /// <summary>Into how many pieces a row is divided for a team.</summary>
    public const int PieceCount = 16;

    /// <summary>Neighbours whose weights are added up in single precision before they join a sum in double precision.</summary>
    public const int Block = 1024;

    /// <summary>Neighbours whose largest is remembered.</summary>
    public const int MaxBlock = 128;

    /// <summary>How many logits a sample has.</summary>
    public const int SampleSize = 4096;

    // Rows that are not much longer than the sample are looked at as they are.
    private const int LeastSampled = 4 * SampleSize;
    // A vector, and a part of one block.
    private const int SampledTogether = 16;

    // Fewer blocks are gone over before anybody else has begun.
    private const int FewestDivided = 32;

    private readonly float[] _maxima = new float[(vocabularySize + MaxBlock - 1) / MaxBlock];
    private readonly double[] _sums = new double[(vocabularySize + Block - 1) / Block];
    private readonly float[] _cutSums = new float[Thresholds.Ways * ((vocabularySize + Block - 1) / Block)];
    private readonly float[] _cuts = new float[Thresholds.Ways];
    private readonly int[] _counts = new int[PieceCount];

    private Memory<float> _logits;
    private Pass _pass;
    private bool _hasMax;
    private Weighing? _summed;
    private Weighing _weighing;
    private double _total;
    private bool _hasCuts;
    private float _low, _high;
    private int[] _ids = [];
    private float[] _picked = [];

    private enum Pass
    {
        Maxima,
        Weights,
        Pick,
    }

    /// <summary>Who helps; null for nobody.</summary>
    public RowTeam? Team { get; set; }

    /// <summary>The logits, by place.</summary>
    public ReadOnlySpan<float> Logits => _logits.Span;

    public int Length => _logits.Length;

    /// <summary>The largest, once it has been looked for.</summary>
    public float Max { get; private set; }

    /// <summary>The largest of every <see cref="MaxBlock"/>, once they have been looked for.</summary>
    public ReadOnlySpan<float> Maxima => _maxima.AsSpan(0, (Length + MaxBlock - 1) / MaxBlock);

    /// <summary>What the logits of each block weigh, as they were last added up.</summary>
    public ReadOnlySpan<double> BlockSums => _sums.AsSpan(0, BlockCount);

    private int BlockCount => (Length + Block - 1) / Block;

    /// <summary>Whether rows of this length are divided at all.</summary>
    public static bool Divides(int length) => length >= FewestDivided * Block;

    /// <summary>Turns to other logits, or to ones that have changed.</summary>
    public void LookAt(Memory<float> logits)
    {
        _logits = logits;
        _hasMax = false;
        _summed = null;
    }

    /// <summary>Finds the largest, of all and of every <see cref="MaxBlock"/>.</summary>
    /// <returns>False when a logit is NaN or positive infinity, or when all are negative infinity (which otherwise means "never").</returns>
    public bool TryFindMax()
    {
        if (!_hasMax)
        {
            Over(Pass.Maxima, Team);
            Max = Largest.Of(Maxima);
            _hasMax = true;
        }
        return float.IsFinite(Max);
    }

    /// <summary>The first place of the largest.</summary>
    public int PlaceOfMax()
    {
        int start = Maxima.IndexOf(Max) * MaxBlock;
        return start + Logits[start..Math.Min(start + MaxBlock, Length)].IndexOf(Max);
    }

    /// <summary>Adds up what the logits weigh, into <see cref="BlockSums"/>.</summary>
    /// <returns>The sum of all.</returns>
    public double SumWeights(Weighing weighing)
    {
        if (_summed != weighing)
            Sum(weighing);
        return _total;
    }

    /// <summary>The same, and what logits weigh that are at or above each of some cuts.</summary>
    /// <param name="weighing">How they weigh.</param>
    /// <param name="cuts">As many as <see cref="Thresholds.Ways"/>.</param>
    /// <param name="cutSums">Gets the sums.</param>
    /// <returns>The sum of all.</returns>
    public double SumWeights(Weighing weighing, ReadOnlySpan<float> cuts, Span<double> cutSums)
    {
        cuts.CopyTo(_cuts);
        _hasCuts = true;
        Sum(weighing);
        _hasCuts = false;
        Vector256<double> sum = default;
        for (int at = 0; at < Thresholds.Ways * BlockCount; at += Thresholds.Ways)
            sum += Vector256.WidenLower(Vector128.Create(_cutSums.AsSpan(at, Thresholds.Ways)).ToVector256Unsafe());
        sum.CopyTo(cutSums);
        return _total;
    }

    /// <summary>For each block, what was at or above one of the cuts in the last pass that had any.</summary>
    public void CopyCutSums(int cut, Span<double> sums)
    {
        for (int block = 0; block < BlockCount; block++)
            sums[block] = _cutSums[(block * Thresholds.Ways) + cut];
    }

    /// <summary>Makes the weights of one block.</summary>
    /// <param name="weighing">How they weigh.</param>
    /// <param name="block">Which block.</param>
    /// <param name="weights">Room for <see cref="Block"/> of them.</param>
    /// <returns>As many as the block has.</returns>
    public ReadOnlySpan<float> WeightsOf(Weighing weighing, int block, Span<float> weights)
    {
        ReadOnlySpan<float> logits = Part(block, block + 1);
        Powers.Make(logits, weighing, weights[..logits.Length]);
        return weights[..logits.Length];
    }

    /// <summary>Picks out what is at or above one value and below another.</summary>
    /// <param name="low">The least.</param>
    /// <param name="high">What they are below.</param>
    /// <param name="areMany">Whether they are probably thousands, worth a team's while.</param>
    /// <param name="places">Gets their places, ascending; room for the whole row.</param>
    /// <param name="values">Gets them; room for the whole row.</param>
    /// <returns>How many.</returns>
    public int Pick(float low, float high, bool areMany, int[] places, float[] values)
    {
        (_low, _high, _ids, _picked) = (low, high, places, values);
        if (!areMany || Team is null || !Divides(Length))
            return PickFrom(0, BlockCount);
        Over(Pass.Pick, Team);
        int count = 0;
        for (int piece = 0; piece < PieceCount; piece++)
        {
            int from = FirstOf(piece) * Block;
            places.AsSpan(from, _counts[piece]).CopyTo(places.AsSpan(count));
            values.AsSpan(from, _counts[piece]).CopyTo(values.AsSpan(count));
            count += _counts[piece];
        }
        return count;
    }

    /// <summary>Copies logits from all over the row, but negative infinity instead of the largest of a block.</summary>
    /// <param name="sample">Gets them.</param>
    /// <returns>False when there are too few for a sample to pay.</returns>
    public bool TrySample(Span<float> sample)
    {
        if (Length < LeastSampled)
            return false;
        int stride = Length / (SampleSize / SampledTogether);
        for (int i = 0; i < SampleSize / SampledTogether; i++)
        {
            int from = i * stride & -SampledTogether;
            Vector512<float> some = Vector512.Create(Logits.Slice(from, SampledTogether)), largest = Vector512.Create(_maxima[from / MaxBlock]);
            Vector512.ConditionalSelect(Vector512.Equals(some, largest), Vector512.Create(float.NegativeInfinity), some).CopyTo(sample[(i * SampledTogether)..]);
        }
        return true;
    }

    /// <summary>Does one of the pieces of a pass; only its team calls it.</summary>
    public void Do(int piece)
    {
        int from = FirstOf(piece), to = FirstOf(piece + 1);
        if (from == to)
            _counts[piece] = 0;
        else if (_pass == Pass.Maxima)
            Largest.OfBlocks(Part(from, to), _maxima.AsSpan(from * (Block / MaxBlock)));
        else if (_pass == Pass.Weights)
            SumBlocks(from, to);
        else
            _counts[piece] = PickFrom(from, to);
    }

    private void Over(Pass pass, RowTeam? team)
    {
        _pass = pass;
        if (team is not null && Divides(Length))
        {
            team.Run(this);
            return;
        }
        for (int piece = 0; piece < PieceCount; piece++)
            Do(piece);
    }

    private void Sum(Weighing weighing)
    {
        _weighing = weighing;
        Over(Pass.Weights, Team);
        _total = 0;
        foreach (double sum in BlockSums)
            _total += sum;
        _summed = weighing;
    }

    private void SumBlocks(int from, int to)
    {
        bool hasFloor = _weighing.Floor > float.NegativeInfinity;
        Span<float> room = _hasCuts || hasFloor ? stackalloc float[Block] : default;
        for (int block = from; block < to; block++)
        {
            ReadOnlySpan<float> logits = Part(block, block + 1);
            Span<float> own = room.IsEmpty ? default : room[..logits.Length], weights = _hasCuts ? own : default;
            if (hasFloor)
                Powers.Forbid(logits, _weighing.Floor, own);
            _sums[block] = Powers.SumBlock(hasFloor ? own : logits, _weighing, weights);
            if (_hasCuts)
                Thresholds.Sum(logits, weights, _cuts, _cutSums.AsSpan(block * Thresholds.Ways, Thresholds.Ways));
        }
    }

    private int PickFrom(int fromBlock, int toBlock)
    {
        int from = fromBlock * Block;
        ReadOnlySpan<float> logits = Part(fromBlock, toBlock), maxima = Maxima.Slice(from / MaxBlock, (logits.Length + MaxBlock - 1) / MaxBlock);
        return Thresholds.Pick(logits, maxima, from, _low, _high, _ids.AsSpan(from), _picked.AsSpan(from));
    }

    private int FirstOf(int piece) => BlockCount * piece / PieceCount;

    private ReadOnlySpan<float> Part(int fromBlock, int toBlock) => Logits[(fromBlock * Block)..Math.Min(toBlock * Block, Length)];
}

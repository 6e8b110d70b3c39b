using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Ingot.Compute.Kernels;

namespace Ingot.Compute.Attention;

/// <summary>
/// One piece of a layer's attention: some neighbouring rows of a sequence and some query heads that share a key and value head.
/// Walks the sequence's tokens 16 at a time, always from the first one its rows see, so a query's steps do not depend on its neighbours.
/// </summary>
internal readonly unsafe struct AttentionItem
{
    private const int Tokens = OnlineSoftmax.BlockTokens;

    // Floats in a cache line: vectors that straddle two cost twice.
    private const int Line = 16;

    // A tile's scores and corrections; there may be two tiles.
    private const int TileFloats = (RowTiling.Most * Tokens) + Line;

    public required AttentionShape Shape { get; init; }

    public required AttentionSequence Sequence { get; init; }

    public required KvStore Store { get; init; }

    public required int Layer { get; init; }

    public required int KvHead { get; init; }

    /// <summary>First query head.</summary>
    public required int FromHead { get; init; }

    public required int HeadCount { get; init; }

    /// <summary>First of the sequence's rows.</summary>
    public required int FromRow { get; init; }

    public required int RowCount { get; init; }

    private bool IsNarrow => Store.Format != KvFormat.Float32;

    // A block's keys and values, where they are not floats already.
    private int WideFloats => IsNarrow ? (2 * Tokens * Shape.HeadSize) + (2 * KvTiles.Overreach) : 0;

    /// <summary>Does the piece.</summary>
    /// <param name="queries">Row 0 of the batch.</param>
    /// <param name="queryRowStride">Floats from row to row.</param>
    /// <param name="output">Row 0 of the batch.</param>
    /// <param name="outputRowStride">Floats from row to row.</param>
    /// <param name="form">Which vectors to use.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Execute(float* queries, long queryRowStride, float* output, long outputRowStride, KernelForm form)
    {
        int count = HeadCount * RowCount;
        int room = (count + RowTiling.Most - 1) / RowTiling.Most * RowTiling.Most;
        int stride = (Shape.HeadSize + 15) / 16 * 16;
        float* scratch = stackalloc float[(2 * room * stride) + (room * 9) + (2 * TileFloats) + Line + WideFloats];
        scratch = (float*)(((nuint)scratch + (Line * sizeof(float)) - 1) / (Line * sizeof(float)) * (Line * sizeof(float)));
        float* scores = scratch;
        float* wide = scores + (2 * TileFloats);
        float* scaled = wide + WideFloats;
        float* totals = scaled + (room * stride);
        float* sums = totals + (room * stride);
        float* largest = sums + (room * 8);
        new Span<float>(scaled, (2 * room * stride) + (room * 8)).Clear();
        new Span<float>(largest, room).Fill(float.NegativeInfinity);
        for (int i = 0; i < count; i++)
        {
            float* query = queries + ((Sequence.FirstRow + FromRow + (i / HeadCount)) * queryRowStride) + ((FromHead + (i % HeadCount)) * Shape.HeadSize);
            RowOps.Scale(query, Shape.Scale, scaled + (i * stride), Shape.HeadSize);
        }

        int firstSeen = FirstSeen(Sequence.PastLength + FromRow);
        int end = Sequence.PastLength + FromRow + RowCount;
        bool takesPairs = form == KernelForm.Vector512 && !IsNarrow;
        for (int token = firstSeen / Tokens * Tokens; token < end;)
        {
            bool isPair = takesPairs && token + Tokens < end;
            float* nextKeys = null, nextValues = null;
            Find(token, end, wide, form, out float* keys, out float* values);
            if (isPair) Find(token + Tokens, end, wide, form, out nextKeys, out nextValues);
            for (int i = 0; i < count;)
            {
                int tile = RowTiling.Padded(count - i);
                var group = new QueryTile(i, Math.Min(tile, count - i), tile, scaled + (i * stride), totals + (i * stride), stride, largest + i, sums + (i * 8));
                bool sees = Sees(group, token), seesNext = isPair && Sees(group, token + Tokens);
                if (sees && seesNext) StepTwo(group, token, keys, values, nextKeys, nextValues, scores);
                else if (sees) Step(group, token, keys, values, scores, form);
                else if (seesNext) Step(group, token + Tokens, nextKeys, nextValues, scores, form);
                i += tile;
            }

            token += isPair ? 2 * Tokens : Tokens;
        }

        for (int i = 0; i < count; i++)
        {
            float* target = output + ((Sequence.FirstRow + FromRow + (i / HeadCount)) * outputRowStride) + ((FromHead + (i % HeadCount)) * Shape.HeadSize);
            float sum = Vector256.Sum(Vector256.Load(sums + (i * 8)));
            float factor = Shape.Sinks is { } sinks ? OnlineSoftmax.WithSink(sum, largest[i], sinks[FromHead + (i % HeadCount)]) : 1 / sum;
            RowOps.Scale(totals + (i * stride), factor, target, Shape.HeadSize);
        }
    }

    /// <summary>Where keys and values of 16 tokens are; narrow ones are widened first.</summary>
    private void Find(int token, int end, float* wide, KernelForm form, out float* keys, out float* values)
    {
        int block = Sequence.BlockTable[token / Store.BlockSize];
        byte* keyTile = Store.KeyTile(Layer, block, KvHead, token % Store.BlockSize);
        byte* valueTile = Store.ValueTile(Layer, block, KvHead, token % Store.BlockSize);
        keys = (float*)keyTile;
        values = (float*)valueTile;
        if (!IsNarrow) return;
        keys = wide;
        values = wide + (Tokens * Shape.HeadSize) + KvTiles.Overreach;
        KvTiles.WidenKeys(Store.Layout, keyTile, keys, form);
        KvTiles.WidenValues(Store.Layout, valueTile, Math.Min(Tokens, end - token), values, form);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Step(in QueryTile queries, int token, float* keys, float* values, float* scores, KernelForm form)
    {
        float* corrections = scores + (RowTiling.Most * Tokens);
        TileProducts.Scores(keys, Shape.HeadSize, queries.Tile, queries.Scaled, queries.Stride, scores, form);
        Vector256<float> before = Vector256.Load(queries.Largest);
        Prepare(queries, token, scores);
        OnlineSoftmax.Corrections(before, Vector256.Load(queries.Largest)).Store(corrections);
        for (int i = 0; i < queries.Count; i++) OnlineSoftmax.Add(scores + (i * Tokens), queries.Largest[i], corrections[i], queries.Sums + (i * 8));

        // Slots beyond the newest token have never been written for this sequence: whatever lies there must not be touched.
        int tokens = Math.Min(Tokens, LastPosition(queries) + 1 - token);
        TileProducts.AddValues(queries.Tile, scores, corrections, values, Shape.HeadSize, tokens, queries.Totals, queries.Stride, form);
    }

    // What Step does to one tile and then to the next.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StepTwo(in QueryTile queries, int token, float* keys, float* values, float* nextKeys, float* nextValues, float* scores)
    {
        float* nextScores = scores + TileFloats;
        float* corrections = scores + (RowTiling.Most * Tokens), nextCorrections = corrections + TileFloats;
        TilePairs.Scores(keys, nextKeys, Shape.HeadSize, queries.Tile, queries.Scaled, queries.Stride, scores, nextScores);
        Vector256<float> before = Vector256.Load(queries.Largest);
        Prepare(queries, token, scores);
        Vector256<float> between = Vector256.Load(queries.Largest);
        OnlineSoftmax.Corrections(before, between).Store(corrections);
        for (int i = 0; i < queries.Count; i++) OnlineSoftmax.Add(scores + (i * Tokens), queries.Largest[i], corrections[i], queries.Sums + (i * 8));
        Prepare(queries, token + Tokens, nextScores);
        OnlineSoftmax.Corrections(between, Vector256.Load(queries.Largest)).Store(nextCorrections);
        for (int i = 0; i < queries.Count; i++) OnlineSoftmax.Add(nextScores + (i * Tokens), queries.Largest[i], nextCorrections[i], queries.Sums + (i * 8));
        int tokens = Math.Min(Tokens, LastPosition(queries) + 1 - (token + Tokens));
        TilePairs.AddValues(
            queries.Tile,
            new TilePairs.Weighted(scores, corrections, values, Tokens),
            new TilePairs.Weighted(nextScores, nextCorrections, nextValues, tokens),
            Shape.HeadSize,
            queries.Totals,
            queries.Stride);
    }

    /// <summary>Raises the queries' largest scores by those of a tile, and hides what they do not see of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Prepare(in QueryTile queries, int token, float* scores)
    {
        bool seesAll = token >= FirstSeen(LastPosition(queries)) && token + Tokens <= Position(queries.First) + 1;
        if (!seesAll || Shape.Softcap > 0) PrepareEach(queries, token, scores);
        else if (Avx.IsSupported && queries.Tile == RowTiling.Most) OnlineSoftmax.LargestOf8(scores, Vector256.Load(queries.Largest)).Store(queries.Largest);
        else
            for (int i = 0; i < queries.Count; i++) queries.Largest[i] = OnlineSoftmax.Largest(scores + (i * Tokens), queries.Largest[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PrepareEach(in QueryTile queries, int token, float* scores)
    {
        for (int i = 0; i < queries.Count; i++)
        {
            int position = Position(queries.First + i);
            queries.Largest[i] = OnlineSoftmax.Prepare(scores + (i * Tokens), FirstSeen(position) - token, position + 1 - token, Shape.Softcap, queries.Largest[i]);
        }
    }

    private bool Sees(in QueryTile queries, int token) => token <= LastPosition(queries) && token + Tokens > FirstSeen(Position(queries.First));

    private int LastPosition(in QueryTile queries) => Position(queries.First + queries.Count - 1);

    private int Position(int query) => Sequence.PastLength + FromRow + (query / HeadCount);

    private int FirstSeen(int position) => Shape.WindowSize == 0 ? 0 : Math.Max(0, position + 1 - Shape.WindowSize);

    /// <summary>Up to 8 neighbouring queries of the piece, and what there is of each so far.</summary>
    private readonly struct QueryTile(int first, int count, int tile, float* scaled, float* totals, int stride, float* largest, float* sums)
    {
        public int First => first;

        public int Count => count;

        /// <summary>As many queries as kernels take: 8, 4 or 1.</summary>
        public int Tile => tile;

        public float* Scaled => scaled;

        public float* Totals => totals;

        /// <summary>Floats from one query to the next.</summary>
        public int Stride => stride;

        public float* Largest => largest;

        public float* Sums => sums;
    }
}

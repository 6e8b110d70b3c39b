using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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

    // A tile's scores and corrections.
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
        float* scratch = stackalloc float[(2 * room * stride) + (room * 9) + TileFloats + Line + WideFloats];
        scratch = (float*)(((nuint)scratch + (Line * sizeof(float)) - 1) / (Line * sizeof(float)) * (Line * sizeof(float)));
        float* scores = scratch;
        float* wide = scores + TileFloats;
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
        for (int token = firstSeen / Tokens * Tokens; token < end; token += Tokens)
        {
            int block = Sequence.BlockTable[token / Store.BlockSize];
            byte* keyTile = Store.KeyTile(Layer, block, KvHead, token % Store.BlockSize);
            byte* valueTile = Store.ValueTile(Layer, block, KvHead, token % Store.BlockSize);
            float* keys = (float*)keyTile, values = (float*)valueTile;
            if (IsNarrow)
            {
                keys = wide;
                values = wide + (Tokens * Shape.HeadSize) + KvTiles.Overreach;
                KvTiles.WidenKeys(Store.Layout, keyTile, keys, form);
                KvTiles.WidenValues(Store.Layout, valueTile, Math.Min(Tokens, end - token), values, form);
            }

            for (int i = 0; i < count;)
            {
                int tile = RowTiling.Padded(count - i);
                Step(i, Math.Min(tile, count - i), tile, token, keys, values, scores, scaled + (i * stride), totals + (i * stride), stride, largest + i, sums + (i * 8), form);
                i += tile;
            }
        }

        for (int i = 0; i < count; i++)
        {
            float* target = output + ((Sequence.FirstRow + FromRow + (i / HeadCount)) * outputRowStride) + ((FromHead + (i % HeadCount)) * Shape.HeadSize);
            float sum = Vector256.Sum(Vector256.Load(sums + (i * 8)));
            float factor = Shape.Sinks is { } sinks ? OnlineSoftmax.WithSink(sum, largest[i], sinks[FromHead + (i % HeadCount)]) : 1 / sum;
            RowOps.Scale(totals + (i * stride), factor, target, Shape.HeadSize);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Step(int first, int count, int tile, int token, float* keys, float* values, float* scores, float* scaled, float* totals, int stride, float* largest, float* sums, KernelForm form)
    {
        int firstPosition = Sequence.PastLength + FromRow + (first / HeadCount);
        int lastPosition = Sequence.PastLength + FromRow + ((first + count - 1) / HeadCount);
        if (token > lastPosition || token + Tokens <= FirstSeen(firstPosition)) return;

        float* corrections = scores + (RowTiling.Most * Tokens);
        TileProducts.Scores(keys, Shape.HeadSize, tile, scaled, stride, scores, form);
        Vector256<float> before = Vector256.Load(largest);
        for (int i = 0; i < count; i++)
        {
            int position = Sequence.PastLength + FromRow + ((first + i) / HeadCount);
            largest[i] = OnlineSoftmax.Prepare(scores + (i * Tokens), FirstSeen(position) - token, position + 1 - token, Shape.Softcap, largest[i]);
        }

        OnlineSoftmax.Corrections(before, Vector256.Load(largest)).Store(corrections);
        for (int i = 0; i < count; i++) OnlineSoftmax.Add(scores + (i * Tokens), largest[i], corrections[i], sums + (i * 8));

        // Slots beyond the newest token have never been written for this sequence: whatever lies there must not be touched.
        int tokens = Math.Min(Tokens, lastPosition + 1 - token);
        TileProducts.AddValues(tile, scores, corrections, values, Shape.HeadSize, tokens, totals, stride, form);
    }

    private int FirstSeen(int position) => Shape.WindowSize == 0 ? 0 : Math.Max(0, position + 1 - Shape.WindowSize);
}

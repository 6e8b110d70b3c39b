using System.Runtime.CompilerServices;
using Ingot.Compute.Kernels;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Attention.Bidirectional;

/// <summary>
/// One piece of a layer's attention: some neighbouring rows of a sequence and one head. Every row sees all tokens of its
/// sequence, taken 16 at a time from the first on, so a query's steps do not depend on its neighbours.
/// </summary>
internal readonly unsafe struct BidirectionalItem
{
    /// <summary>The most rows of an item.</summary>
    public const int MostRows = 64;

    private const int Tokens = OnlineSoftmax.BlockTokens;

    // Floats in a cache line: vectors that straddle two cost twice.
    private const int Line = 16;

    // A tile's scores and corrections.
    private const int TileFloats = (RowTiling.Most * Tokens) + Line;

    public required AttentionShape Shape { get; init; }

    public required DistanceBias? Bias { get; init; }

    /// <summary>The sequence's first row in the batch.</summary>
    public required int FirstRow { get; init; }

    /// <summary>The sequence's tokens.</summary>
    public required int Length { get; init; }

    public required int Head { get; init; }

    /// <summary>First of the sequence's rows in this piece.</summary>
    public required int FromRow { get; init; }

    public required int RowCount { get; init; }

    /// <summary>Does the piece.</summary>
    public void Execute(BidirectionalRows queries, BidirectionalRows keys, BidirectionalRows values, BidirectionalRows output, KernelForm form)
    {
        switch (form)
        {
            case KernelForm.Vector512: Execute<Lanes512, Lanes256>(queries, keys, values, output, form); break;
            case KernelForm.Vector256: Execute<Lanes256, Lanes256>(queries, keys, values, output, form); break;
            case KernelForm.Vector128: Execute<Lanes128, Lanes128>(queries, keys, values, output, form); break;
            default: Execute<ScalarLanes, ScalarLanes>(queries, keys, values, output, form); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Execute<TWide, T>(BidirectionalRows queries, BidirectionalRows keys, BidirectionalRows values, BidirectionalRows output, KernelForm form)
        where TWide : unmanaged, ILanes<TWide>, ILaneFold<T>
        where T : unmanaged, IEightLanes<T>
    {
        RowForm rows = RowForm.Of(form);
        int room = (RowCount + RowTiling.Most - 1) / RowTiling.Most * RowTiling.Most;
        int stride = (Shape.HeadSize + 15) / 16 * 16;
        float* scratch = stackalloc float[(2 * room * stride) + (room * 9) + TileFloats + (2 * Tokens * stride) + (2 * Line)];
        scratch = (float*)(((nuint)scratch + (Line * sizeof(float)) - 1) / (Line * sizeof(float)) * (Line * sizeof(float)));
        float* keyTile = scratch + TileFloats;
        float* valueTile = keyTile + (Tokens * stride);
        float* scaled = valueTile + (Tokens * stride);
        float* totals = scaled + (room * stride);
        float* sums = totals + (room * stride);
        float* largest = sums + (room * 8);
        new Span<float>(scaled, (2 * room * stride) + (room * 8)).Clear();
        new Span<float>(largest, room).Fill(float.NegativeInfinity);
        for (int i = 0; i < RowCount; i++)
            rows.Scale(queries.At(FirstRow + FromRow + i, Head, Shape.HeadSize), Shape.Scale, scaled + (i * stride), Shape.HeadSize);

        for (int token = 0; token < Length; token += Tokens)
        {
            int tokens = Math.Min(Tokens, Length - token);
            FillTiles(keys, values, token, tokens, keyTile, valueTile);
            for (int i = 0; i < RowCount;)
            {
                int tile = RowTiling.Padded(RowCount - i);
                Step<TWide, T>(i, Math.Min(tile, RowCount - i), tile, token, tokens, keyTile, valueTile, scratch, scaled + (i * stride), totals + (i * stride), stride, largest + i, sums + (i * 8), form);
                i += tile;
            }
        }

        for (int i = 0; i < RowCount; i++)
            rows.Scale(totals + (i * stride), 1 / T.Sum(T.Load(sums + (i * 8))), output.At(FirstRow + FromRow + i, Head, Shape.HeadSize), Shape.HeadSize);
    }

    // Keys as [number in the head, token], so that one vector holds the scores of neighbouring tokens; values close together.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillTiles(BidirectionalRows keys, BidirectionalRows values, int token, int tokens, float* keyTile, float* valueTile)
    {
        int size = Shape.HeadSize;
        for (int t = 0; t < tokens; t++)
        {
            float* key = keys.At(FirstRow + token + t, Head, size);
            float* target = keyTile + t;
            for (int d = 0; d < size; d++, target += Tokens) *target = key[d];
            new ReadOnlySpan<float>(values.At(FirstRow + token + t, Head, size), size).CopyTo(new Span<float>(valueTile + (t * size), size));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Step<TWide, T>(int first, int count, int tile, int token, int tokens, float* keys, float* values, float* scores, float* scaled, float* totals, int stride, float* largest, float* sums, KernelForm form)
        where TWide : unmanaged, ILanes<TWide>, ILaneFold<T>
        where T : unmanaged, IEightLanes<T>
    {
        float* corrections = scores + (RowTiling.Most * Tokens);
        TileProducts.Scores(keys, Shape.HeadSize, tile, scaled, stride, scores, form);
        T.Load(largest).Store(corrections);
        for (int i = 0; i < count; i++)
        {
            Bias?.Add<T>(scores + (i * Tokens), Head, token - (FromRow + first + i));
            largest[i] = OnlineSoftmax<TWide, T>.Prepare(scores + (i * Tokens), 0, tokens, 0, largest[i]);
        }

        OnlineSoftmax<TWide, T>.Add(scores, count, largest, corrections, sums);
        TileProducts.AddValues(tile, scores, corrections, values, Shape.HeadSize, tokens, totals, stride, form);
    }
}

using System.Runtime.CompilerServices;
using Ingot.Compute.Kernels;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Attention;

/// <summary>
/// One piece of a layer's attention: some neighbouring rows of a sequence and some query heads that share a key and value head.
/// Walks the sequence's tokens 16 at a time, span by span, always from the first one its rows see, so a query's steps do not depend on its neighbours.
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

    private int QueryCount => HeadCount * RowCount;

    /// <summary>Memory for the state of so many queries.</summary>
    public static int StateFloats(AttentionShape shape, int queryCount) => AttentionState.Floats(Room(queryCount), Stride(shape));

    /// <summary>Does the piece, or some spans of it; who does the last of them puts them together.</summary>
    /// <param name="rows">The batch's rows.</param>
    /// <param name="piece">The spans; default for all of them.</param>
    /// <param name="form">Which vectors to use.</param>
    public void Execute(in AttentionRows rows, in AttentionPiece piece, KernelForm form)
    {
        switch (form)
        {
            case KernelForm.Vector512: Execute<Lanes512, Lanes256>(rows, piece, form); break;
            case KernelForm.Vector256: Execute<Lanes256, Lanes256>(rows, piece, form); break;
            case KernelForm.Vector128: Execute<Lanes128, Lanes128>(rows, piece, form); break;
            default: Execute<ScalarLanes, ScalarLanes>(rows, piece, form); break;
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Execute<TWide, T>(in AttentionRows rows, in AttentionPiece piece, KernelForm form)
        where TWide : unmanaged, ILanes<TWide>, ILaneFold<T>
        where T : unmanaged, IEightLanes<T>
    {
        int room = Room(QueryCount), stride = Stride(Shape), stateFloats = AttentionState.Floats(room, stride);
        float* scratch = stackalloc float[(2 * stateFloats) + (room * stride) + (2 * TileFloats) + WideFloats + Line];
        scratch = (float*)(((nuint)scratch + (Line * sizeof(float)) - 1) / (Line * sizeof(float)) * (Line * sizeof(float)));
        var whole = new AttentionState(scratch, room, stride);
        var part = new AttentionState(scratch + stateFloats, room, stride);
        float* scaled = scratch + (2 * stateFloats);
        var work = new Scratch(scaled, stride, scaled + (room * stride), scaled + (room * stride) + (2 * TileFloats));
        Scale(rows, room, work, form);

        (int first, int count) = AttentionSpans.Seen(Shape, Sequence, FromRow, RowCount);
        if (piece.Pieces is not { } pieces)
        {
            for (int span = first; span < first + count; span++)
            {
                Walk<TWide, T>(span, span == first ? whole : part, work, form);
                if (span > first) whole.Add<TWide, T>(part, QueryCount);
            }

            Finish<TWide, T>(whole, rows, form);
            return;
        }

        for (int span = piece.From; span < piece.To; span++) Walk<TWide, T>(first + span, new AttentionState(piece.At(span), room, stride), work, form);
        if (!pieces.Finish(piece.Item, piece.To - piece.From, count)) return;
        whole = new AttentionState(piece.At(0), room, stride);
        for (int span = 1; span < count; span++) whole.Add<TWide, T>(new AttentionState(piece.At(span), room, stride), QueryCount);
        Finish<TWide, T>(whole, rows, form);
    }

    // Kernels take up to so many queries together, and there has to be room for as many.
    private static int Room(int queryCount) => (queryCount + RowTiling.Most - 1) / RowTiling.Most * RowTiling.Most;

    private static int Stride(AttentionShape shape) => (shape.HeadSize + Line - 1) / Line * Line;

    /// <summary>The queries as scores want them, zeros where there are none.</summary>
    private void Scale(in AttentionRows rows, int room, in Scratch work, KernelForm form)
    {
        RowForm vectors = RowForm.Of(form);
        new Span<float>(work.Scaled, room * work.Stride).Clear();
        for (int i = 0; i < QueryCount; i++)
            vectors.Scale(rows.Query(Row(i)) + (Head(i) * Shape.HeadSize), Shape.Scale, work.Scaled + (i * work.Stride), Shape.HeadSize);
    }

    /// <summary>Goes through one span, from nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Walk<TWide, T>(int span, AttentionState state, in Scratch work, KernelForm form)
        where TWide : unmanaged, ILanes<TWide>, ILaneFold<T>
        where T : unmanaged, IEightLanes<T>
    {
        state.Clear();
        int newest = Sequence.PastLength + FromRow + RowCount, end = Math.Min(newest, AttentionSpans.Start(span + 1));
        int token = Math.Max(Shape.FirstSeen(Sequence.PastLength + FromRow) / Tokens * Tokens, AttentionSpans.Start(span));
        if (form == KernelForm.Vector512 && !IsNarrow && token + Tokens < end)
        {
            for (TilePair pair = Pair(token, newest), next; token + Tokens < end; token += 2 * Tokens, pair = next)
            {
                next = token + (3 * Tokens) < newest ? Pair(token + (2 * Tokens), newest) : pair;
                next.Fetch();
                StepTwo<TWide, T>(token, pair, next, state, work, form);
            }
        }

        for (; token < end; token += Tokens)
        {
            if (token + Tokens < newest) Fetch(token + Tokens);
            Find(token, newest, work.Wide, form, out float* keys, out float* values);
            for (int i = 0; i < QueryCount;)
            {
                QueryTile queries = Tile(i, state, work);
                if (Sees(queries, token)) Step<TWide, T>(queries, token, keys, values, work.Scores, form);
                i += queries.Tile;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StepTwo<TWide, T>(int token, in TilePair pair, in TilePair next, AttentionState state, in Scratch work, KernelForm form)
        where TWide : unmanaged, ILanes<TWide>, ILaneFold<T>
        where T : unmanaged, IEightLanes<T>
    {
        for (int i = 0; i < QueryCount;)
        {
            QueryTile queries = Tile(i, state, work);
            bool sees = Sees(queries, token), seesNext = Sees(queries, token + Tokens);
            // Asked for once.
            if (sees && seesNext) StepTwo<TWide, T>(queries, token, pair, i == 0 ? next : pair, work.Scores);
            else if (sees) Step<TWide, T>(queries, token, pair.Keys, pair.Values, work.Scores, form);
            else if (seesNext) Step<TWide, T>(queries, token + Tokens, pair.SecondKeys, pair.SecondValues, work.Scores, form);
            i += queries.Tile;
        }
    }

    private QueryTile Tile(int first, AttentionState state, in Scratch work)
    {
        int left = QueryCount - first, tile = RowTiling.Padded(left), offset = first * work.Stride;
        return new QueryTile(first, Math.Min(tile, left), tile, work.Scaled + offset, state.Totals + offset, work.Stride, state.Largest + first, state.Sums + (first * 8));
    }

    private void Finish<TWide, T>(AttentionState state, in AttentionRows rows, KernelForm form)
        where TWide : unmanaged, ILanes<TWide>, ILaneFold<T>
        where T : unmanaged, IEightLanes<T>
    {
        RowForm vectors = RowForm.Of(form);
        int stride = Stride(Shape);
        for (int i = 0; i < QueryCount; i++)
        {
            float sum = T.Sum(T.Load(state.Sums + (i * 8)));
            float factor = Shape.Sinks is { } sinks ? OnlineSoftmax<TWide, T>.WithSink(sum, state.Largest[i], sinks[Head(i)]) : 1 / sum;
            vectors.Scale(state.Totals + (i * stride), factor, rows.Output(Row(i)) + (Head(i) * Shape.HeadSize), Shape.HeadSize);
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

    private TilePair Pair(int token, int newest)
    {
        Find(token, newest, null, KernelForm.Vector512, out float* keys, out float* values);
        Find(token + Tokens, newest, null, KernelForm.Vector512, out float* secondKeys, out float* secondValues);
        return new TilePair(keys, values, secondKeys, secondValues);
    }

    /// <summary>Asks the memory for the tiles of 16 tokens that come next.</summary>
    private void Fetch(int token)
    {
        int block = Sequence.BlockTable[token / Store.BlockSize];
        KvTiles.Fetch(Store.KeyTile(Layer, block, KvHead, token % Store.BlockSize));
        KvTiles.Fetch(Store.ValueTile(Layer, block, KvHead, token % Store.BlockSize));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Step<TWide, T>(in QueryTile queries, int token, float* keys, float* values, float* scores, KernelForm form)
        where TWide : unmanaged, ILanes<TWide>, ILaneFold<T>
        where T : unmanaged, IEightLanes<T>
    {
        float* corrections = scores + (RowTiling.Most * Tokens);
        TileProducts.Scores(keys, Shape.HeadSize, queries.Tile, queries.Scaled, queries.Stride, scores, form);
        T.Load(queries.Largest).Store(corrections);
        Prepare<TWide, T>(queries, token, scores);
        OnlineSoftmax<TWide, T>.Add(scores, queries.Count, queries.Largest, corrections, queries.Sums);

        // Slots beyond the newest token have never been written for this sequence: whatever lies there must not be touched.
        int tokens = Math.Min(Tokens, LastPosition(queries) + 1 - token);
        TileProducts.AddValues(queries.Tile, scores, corrections, values, Shape.HeadSize, tokens, queries.Totals, queries.Stride, form);
    }

    // What Step does to one tile and then to the next.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StepTwo<TWide, T>(in QueryTile queries, int token, in TilePair tiles, in TilePair next, float* scores)
        where TWide : unmanaged, ILanes<TWide>, ILaneFold<T>
        where T : unmanaged, IEightLanes<T>
    {
        float* nextScores = scores + TileFloats;
        float* corrections = scores + (RowTiling.Most * Tokens), nextCorrections = corrections + TileFloats;
        TilePairs.Scores(tiles.Keys, tiles.SecondKeys, Shape.HeadSize, queries.Tile, queries.Scaled, queries.Stride, scores, nextScores, next);
        T.Load(queries.Largest).Store(corrections);
        Prepare<TWide, T>(queries, token, scores);
        OnlineSoftmax<TWide, T>.Add(scores, queries.Count, queries.Largest, corrections, queries.Sums);
        T.Load(queries.Largest).Store(nextCorrections);
        Prepare<TWide, T>(queries, token + Tokens, nextScores);
        OnlineSoftmax<TWide, T>.Add(nextScores, queries.Count, queries.Largest, nextCorrections, queries.Sums);
        int tokens = Math.Min(Tokens, LastPosition(queries) + 1 - (token + Tokens));
        TilePairs.AddValues(
            queries.Tile,
            new TilePairs.Weighted(scores, corrections, tiles.Values, next.Values, Tokens),
            new TilePairs.Weighted(nextScores, nextCorrections, tiles.SecondValues, next.SecondValues, tokens),
            Shape.HeadSize,
            queries.Totals,
            queries.Stride);
    }

    /// <summary>Raises the queries' largest scores by those of a tile, and hides what they do not see of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Prepare<TWide, T>(in QueryTile queries, int token, float* scores)
        where TWide : unmanaged, ILanes<TWide>, ILaneFold<T>
        where T : unmanaged, IEightLanes<T>
    {
        bool seesAll = token >= Shape.FirstSeen(LastPosition(queries)) && token + Tokens <= Position(queries.First) + 1;
        if (!seesAll || Shape.Softcap > 0) PrepareEach<TWide, T>(queries, token, scores);
        else OnlineSoftmax<TWide, T>.RaiseLargest(scores, queries.Count, queries.Tile, queries.Largest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PrepareEach<TWide, T>(in QueryTile queries, int token, float* scores)
        where TWide : unmanaged, ILanes<TWide>, ILaneFold<T>
        where T : unmanaged, IEightLanes<T>
    {
        for (int i = 0; i < queries.Count; i++)
        {
            int position = Position(queries.First + i);
            queries.Largest[i] = OnlineSoftmax<TWide, T>.Prepare(scores + (i * Tokens), Shape.FirstSeen(position) - token, position + 1 - token, Shape.Softcap, queries.Largest[i]);
        }
    }

    private bool Sees(in QueryTile queries, int token) => token <= LastPosition(queries) && token + Tokens > Shape.FirstSeen(Position(queries.First));

    private int LastPosition(in QueryTile queries) => Position(queries.First + queries.Count - 1);

    private int Position(int query) => Sequence.PastLength + FromRow + (query / HeadCount);

    private int Row(int query) => Sequence.FirstRow + FromRow + (query / HeadCount);

    private int Head(int query) => FromHead + (query % HeadCount);

    /// <summary>Memory of an item while it is walked: scaled queries [room, stride], tiles' scores, and a tile's keys and values where they are not floats already.</summary>
    private readonly struct Scratch(float* scaled, int stride, float* scores, float* wide)
    {
        public float* Scaled => scaled;

        public int Stride => stride;

        public float* Scores => scores;

        public float* Wide => wide;
    }

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

using Ingot.Compute.Attention;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Threading;

namespace Ingot.Compute.Tests.Attention;

/// <summary>Sequences with random queries, keys and values, run through attention in any division.</summary>
internal sealed unsafe class AttentionSample : IDisposable
{
    private readonly int[] _lengths;
    private readonly NativeBuffer<int> _tables;
    private readonly NativeBuffer<float>[] _queries, _keys, _values;
    private readonly int _blocksEach;

    public AttentionSample(AttentionShape shape, int[] lengths, int blockSize = 16, KvFormat format = KvFormat.Float32)
    {
        Shape = shape;
        _lengths = lengths;
        _blocksEach = (lengths.Max() / blockSize) + 2;
        Store = new KvStore(2, shape.KvHeadCount, shape.HeadSize, _blocksEach * lengths.Length, blockSize, format);
        var random = new Random(lengths.Sum());
        int[] blocks = [.. Enumerable.Range(0, Store.BlockCount)];
        random.Shuffle(blocks);
        _tables = new NativeBuffer<int>(blocks.Length);
        blocks.CopyTo(_tables.Span);
        // What was never written must never matter.
        for (int block = 0; block < Store.BlockCount; block++)
        {
            int bytes = (int)Store.BytesPerBlock / Store.LayerCount / 2;
            new Span<byte>(Store.KeyTile(1, block, 0, 0), bytes).Fill(0xFF);
            new Span<byte>(Store.ValueTile(1, block, 0, 0), bytes).Fill(0xFF);
        }

        NativeBuffer<float> Fill(int count)
        {
            var buffer = new NativeBuffer<float>(count);
            for (int i = 0; i < count; i++) buffer.Pointer[i] = (random.NextSingle() * 4) - 2;
            return buffer;
        }

        _queries = [.. lengths.Select(length => Fill(length * QueryWidth))];
        _keys = [.. lengths.Select(length => Fill(length * KvWidth))];
        _values = [.. lengths.Select(length => Fill(length * KvWidth))];
    }

    /// <summary>One of heads alone, with the usual scale.</summary>
    public static AttentionSample Of(int queryHeads, int kvHeads, int headSize, int window, float softcap, int[] lengths, int blockSize = 16, KvFormat format = KvFormat.Float32) =>
        new(new AttentionShape
        {
            QueryHeadCount = queryHeads,
            KvHeadCount = kvHeads,
            HeadSize = headSize,
            Scale = 1 / MathF.Sqrt(headSize),
            WindowSize = window,
            Softcap = softcap,
        }, lengths, blockSize, format);

    public AttentionShape Shape { get; }

    public KvStore Store { get; }

    public int QueryWidth => Shape.QueryHeadCount * Shape.HeadSize;

    private int KvWidth => Shape.KvHeadCount * Shape.HeadSize;

    /// <summary>Steps of the last run in which items were dealt out in pieces.</summary>
    public int DividedSteps { get; private set; }

    /// <summary>Every sequence's outputs, its rows run <paramref name="chunk"/> at a time, all sequences side by side.</summary>
    /// <param name="chunk">Rows of a step.</param>
    /// <param name="memberCount">Shares of a step.</param>
    /// <param name="form">Which vectors to use.</param>
    /// <param name="pieces">Lets items be divided; absent for whole ones.</param>
    /// <param name="team">Does all shares at once; absent for one after the other.</param>
    public float[][] Run(int chunk, int memberCount, KernelForm form, AttentionPieces? pieces = null, ThreadTeam? team = null)
    {
        DividedSteps = 0;
        float[][] results = [.. _lengths.Select(length => new float[length * QueryWidth])];
        for (int past = 0; past < _lengths.Max(); past += chunk)
        {
            List<(int Sequence, int Rows, int First)> present = [];
            int total = 0;
            for (int s = 0; s < _lengths.Length; s++)
            {
                int rows = Math.Min(chunk, _lengths[s] - past);
                if (rows <= 0) continue;
                present.Add((s, rows, total));
                total += rows;
            }

            using var sequences = new NativeBuffer<AttentionSequence>(present.Count);
            using var q = new NativeBuffer<float>((long)total * QueryWidth);
            using var y = new NativeBuffer<float>((long)total * QueryWidth);
            for (int i = 0; i < present.Count; i++)
            {
                (int s, int rows, int first) = present[i];
                sequences.Pointer[i] = new AttentionSequence(first, rows, past, _tables.Pointer + (s * _blocksEach));
                new Span<float>(_queries[s].Pointer + (past * QueryWidth), rows * QueryWidth).CopyTo(q.Span[(first * QueryWidth)..]);
                Store.Append(1, new AttentionSequence(-past, 0, 0, sequences.Pointer[i].BlockTable), past, past + rows, _keys[s].Pointer + (past * KvWidth), _values[s].Pointer + (past * KvWidth), KvWidth);
            }

            if (PagedAttention.CountPieces(Shape, sequences.Pointer, present.Count, pieces) != PagedAttention.CountPieces(Shape, sequences.Pointer, present.Count, null)) DividedSteps++;
            var shares = new Shares(share => PagedAttention.Execute(Shape, sequences.Pointer, present.Count, q.Pointer, QueryWidth, Store, 1, y.Pointer, QueryWidth, share, memberCount, pieces, form));
            if (team is not null) team.Run(shares);
            else for (int share = memberCount - 1; share >= 0; share--) shares.Execute(share, memberCount);
            foreach ((int s, int rows, int first) in present)
                y.Span.Slice(first * QueryWidth, rows * QueryWidth).CopyTo(results[s].AsSpan(past * QueryWidth));
        }

        return results;
    }

    /// <summary>The textbook's answer for a row of a sequence whose keys and values are all stored.</summary>
    public float[] Expected(int sequence, int row)
    {
        var result = new float[QueryWidth];
        var whole = new AttentionSequence(0, _lengths[sequence], 0, _tables.Pointer + (sequence * _blocksEach));
        fixed (float* target = result)
        {
            for (int head = 0; head < Shape.QueryHeadCount; head++)
            {
                float* query = _queries[sequence].Pointer + (row * QueryWidth) + (head * Shape.HeadSize);
                AttentionReference.Attend(Shape, whole, row, head, query, Store, 1, target + (head * Shape.HeadSize));
            }
        }

        return result;
    }

    public void Dispose()
    {
        Store.Dispose();
        _tables.Dispose();
        foreach (NativeBuffer<float> buffer in (IEnumerable<NativeBuffer<float>>)[.. _queries, .. _keys, .. _values]) buffer.Dispose();
    }

    private sealed class Shares(Action<int> execute) : ITeamWork
    {
        public void Execute(int member, int memberCount) => execute(member);
    }
}

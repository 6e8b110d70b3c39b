using Ingot.Compute.Attention;
using Ingot.Compute.Memory;
using Ingot.Compute.Threading;

namespace Ingot.Benchmarks.Kernels;

/// <summary>One layer's attention of a small model: 14 query heads, 2 key and value heads, 64 numbers each.</summary>
internal sealed unsafe class AttentionWork : ITeamWork, IDisposable
{
    private static readonly AttentionShape Shape = new() { QueryHeadCount = 14, KvHeadCount = 2, HeadSize = 64, Scale = 0.125f };

    private readonly int _sequenceCount;
    private readonly KvStore _store;
    private readonly NativeBuffer<int> _tables;
    private readonly NativeBuffer<AttentionSequence> _sequences;
    private readonly NativeBuffer<float> _queries;
    private readonly NativeBuffer<float> _output;

    public AttentionWork(int sequences, int rows, int past, KvFormat format = KvFormat.Float32)
    {
        _sequenceCount = sequences;
        int blocks = ((past + rows) / 16) + 1;
        _store = new KvStore(1, 2, 64, blocks * sequences, format: format);
        _tables = new NativeBuffer<int>((long)blocks * sequences);
        for (int i = 0; i < _tables.Length; i++) _tables.Pointer[i] = i;
        _queries = new NativeBuffer<float>((long)sequences * rows * 14 * 64);
        _output = new NativeBuffer<float>(_queries.Length);
        var random = new Random(1);
        for (long i = 0; i < _queries.Length; i++) _queries.Pointer[i] = random.NextSingle() - 0.5f;
        _sequences = new NativeBuffer<AttentionSequence>(sequences);
        for (int s = 0; s < sequences; s++)
        {
            _sequences.Pointer[s] = new AttentionSequence(s * rows, rows, past, _tables.Pointer + (s * blocks));
            for (int token = 0; token < past + rows; token++)
            {
                float* row = _queries.Pointer + (token % (sequences * rows) * 14 * 64);
                _store.Write(0, _sequences.Pointer[s].BlockTable[token / 16], token % 16, row, row + 128);
            }

            Operations += 4.0 * 14 * 64 * rows * (past + ((rows + 1) / 2.0));
        }
    }

    public double Operations { get; }

    public void Execute(int member, int memberCount) =>
        PagedAttention.Execute(Shape, _sequences.Pointer, _sequenceCount, _queries.Pointer, 14 * 64, _store, 0, _output.Pointer, 14 * 64, member, memberCount);

    public void Dispose()
    {
        _store.Dispose();
        _tables.Dispose();
        _sequences.Dispose();
        _queries.Dispose();
        _output.Dispose();
    }
}

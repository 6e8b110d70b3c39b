using System.Runtime.CompilerServices;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Attention;

/// <summary>
/// Keys and values of all layers in blocks of a fixed number of tokens. Knows nothing of whose blocks they are.
/// Members of a team may write different tokens, and read, at once.
/// </summary>
/// <remarks>
/// Per layer, [block, kv head, …] of 32-bit floats; keys of a block and head as [token / 16, number in the head, token % 16], so that one
/// vector holds 16 tokens' scores; values as [token, number in the head].
/// </remarks>
public sealed unsafe class KvStore : IDisposable
{
    private const int KeyTile = 16;

    // The last token's values are read by whole vectors, which may reach beyond its head.
    private const int Overreach = 16;

    private readonly NativeBuffer<float>[] _keys;
    private readonly NativeBuffer<float>[] _values;
    private readonly long _blockFloats;

    /// <summary>Claims the memory.</summary>
    /// <param name="layerCount">Layers, at least 1.</param>
    /// <param name="kvHeadCount">Key and value heads, at least 1.</param>
    /// <param name="headSize">Numbers in a head, 1 to 256.</param>
    /// <param name="blockCount">Blocks, at least 1.</param>
    /// <param name="blockSize">Tokens in a block: 16 or a multiple of it.</param>
    /// <exception cref="Errors.IngotException">InsufficientMemory.</exception>
    public KvStore(int layerCount, int kvHeadCount, int headSize, int blockCount, int blockSize = 16)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layerCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kvHeadCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(headSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(headSize, 256);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 16);
        ArgumentOutOfRangeException.ThrowIfNotEqual(blockSize % 16, 0, nameof(blockSize));
        KvHeadCount = kvHeadCount;
        HeadSize = headSize;
        BlockCount = blockCount;
        BlockSize = blockSize;
        _blockFloats = (long)kvHeadCount * headSize * blockSize;
        _keys = new NativeBuffer<float>[layerCount];
        _values = new NativeBuffer<float>[layerCount];
        try
        {
            for (int layer = 0; layer < layerCount; layer++)
            {
                _keys[layer] = new NativeBuffer<float>(checked(_blockFloats * blockCount));
                _values[layer] = new NativeBuffer<float>(checked((_blockFloats * blockCount) + Overreach));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Layers.</summary>
    public int LayerCount => _keys.Length;

    /// <summary>Key and value heads.</summary>
    public int KvHeadCount { get; }

    /// <summary>Numbers in a head.</summary>
    public int HeadSize { get; }

    /// <summary>Blocks.</summary>
    public int BlockCount { get; }

    /// <summary>Tokens in a block.</summary>
    public int BlockSize { get; }

    /// <summary>Memory of one block in all layers, in bytes.</summary>
    public long BytesPerBlock => _blockFloats * sizeof(float) * 2 * LayerCount;

    /// <summary>Stores one token's keys and values of one layer.</summary>
    /// <param name="layer">0 to <see cref="LayerCount"/> − 1.</param>
    /// <param name="block">0 to <see cref="BlockCount"/> − 1.</param>
    /// <param name="token">The token's place in the block, 0 to <see cref="BlockSize"/> − 1.</param>
    /// <param name="key">[kv heads, head size], keys already turned.</param>
    /// <param name="value">[kv heads, head size].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(int layer, int block, int token, float* key, float* value)
    {
        for (int head = 0; head < KvHeadCount; head++, key += HeadSize)
        {
            float* keys = Keys(layer, block, head) + (token / KeyTile * KeyTile * HeadSize) + (token % KeyTile);
            for (int i = 0; i < HeadSize; i++) keys[i * KeyTile] = key[i];
            float* target = Values(layer, block, head) + ((long)token * HeadSize);
            Buffer.MemoryCopy(value + (head * HeadSize), target, HeadSize * sizeof(float), HeadSize * sizeof(float));
        }
    }

    /// <summary>Stores the keys and values of a sequence's rows of one layer, at their positions.</summary>
    /// <param name="layer">0 to <see cref="LayerCount"/> − 1.</param>
    /// <param name="sequence">Whose rows.</param>
    /// <param name="fromRow">First of the sequence's rows, 0 for its first in this step.</param>
    /// <param name="toRow">One past the last.</param>
    /// <param name="keys">The batch's keys, row 0 first: [kv heads, head size] in each row.</param>
    /// <param name="values">The batch's values, likewise.</param>
    /// <param name="rowStride">Floats from one row to the next, for both.</param>
    public void Append(int layer, in AttentionSequence sequence, int fromRow, int toRow, float* keys, float* values, long rowStride)
    {
        for (int row = fromRow; row < toRow; row++)
        {
            int position = sequence.PastLength + row;
            long offset = (sequence.FirstRow + row) * rowStride;
            Write(layer, sequence.BlockTable[position / BlockSize], position % BlockSize, keys + offset, values + offset);
        }
    }

    /// <summary>Copies a block's keys and values in all layers (a sequence that goes its own way from a shared block).</summary>
    /// <param name="from">The block to read.</param>
    /// <param name="to">The block to overwrite.</param>
    public void CopyBlock(int from, int to)
    {
        long bytes = _blockFloats * sizeof(float);
        for (int layer = 0; layer < LayerCount; layer++)
        {
            Buffer.MemoryCopy(Keys(layer, from, 0), Keys(layer, to, 0), bytes, bytes);
            Buffer.MemoryCopy(Values(layer, from, 0), Values(layer, to, 0), bytes, bytes);
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        foreach (NativeBuffer<float>? buffer in _keys) buffer?.Dispose();
        foreach (NativeBuffer<float>? buffer in _values) buffer?.Dispose();
    }

    internal float* Keys(int layer, int block, int head) =>
        _keys[layer].Pointer + (block * _blockFloats) + ((long)head * HeadSize * BlockSize);

    internal float* Values(int layer, int block, int head) =>
        _values[layer].Pointer + (block * _blockFloats) + ((long)head * HeadSize * BlockSize);
}

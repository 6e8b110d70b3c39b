using System.Runtime.CompilerServices;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Attention;

/// <summary>
/// Keys and values of all layers in blocks of a fixed number of tokens. Knows nothing of whose blocks they are.
/// Members of a team may write different tokens, and read, at once.
/// </summary>
/// <remarks>
/// [block, layer, keys and values, kv head, token / 16] of tiles (<see cref="KvLayout"/>). A block's layers lie together, so that a store touches new memory,
/// which the system clears by large pages, little by little as its blocks are first used: were each layer's blocks together, one step would
/// touch a new page in all layers at once, and everybody would wait for a hundred megabytes to be cleared.
/// </remarks>
public sealed unsafe class KvStore : IDisposable
{
    private readonly NativeBuffer<byte> _tiles;
    private readonly long _headBytes;

    // Of the keys of one layer, and of the values.
    private readonly long _partBytes;

    /// <summary>Claims the memory.</summary>
    /// <param name="layerCount">Layers, at least 1.</param>
    /// <param name="kvHeadCount">Key and value heads, at least 1.</param>
    /// <param name="headSize">Numbers in a head, 1 to 256.</param>
    /// <param name="blockCount">Blocks, at least 1.</param>
    /// <param name="blockSize">Tokens in a block: 16 or a multiple of it.</param>
    /// <param name="format">How numbers are kept.</param>
    /// <exception cref="Errors.IngotException">InsufficientMemory.</exception>
    public KvStore(int layerCount, int kvHeadCount, int headSize, int blockCount, int blockSize = 16, KvFormat format = KvFormat.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layerCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kvHeadCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(headSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(headSize, 256);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 16);
        ArgumentOutOfRangeException.ThrowIfNotEqual(blockSize % 16, 0, nameof(blockSize));
        LayerCount = layerCount;
        KvHeadCount = kvHeadCount;
        HeadSize = headSize;
        BlockCount = blockCount;
        BlockSize = blockSize;
        Layout = new KvLayout(format, headSize);
        _headBytes = (long)Layout.TileBytes * (blockSize / KvLayout.TileTokens);
        _partBytes = _headBytes * kvHeadCount;
        BytesPerBlock = Layout.BytesPerBlock(layerCount, kvHeadCount, blockSize);
        // The last token's values are read by whole vectors, which may reach beyond its head.
        _tiles = new NativeBuffer<byte>(checked((BytesPerBlock * blockCount) + KvTiles.Overreach));
    }

    /// <summary>Layers.</summary>
    public int LayerCount { get; }

    /// <summary>Key and value heads.</summary>
    public int KvHeadCount { get; }

    /// <summary>Numbers in a head.</summary>
    public int HeadSize { get; }

    /// <summary>Blocks.</summary>
    public int BlockCount { get; }

    /// <summary>Tokens in a block.</summary>
    public int BlockSize { get; }

    /// <summary>How numbers are kept.</summary>
    public KvFormat Format => Layout.Format;

    /// <summary>Memory of one block in all layers, in bytes.</summary>
    public long BytesPerBlock { get; }

    internal KvLayout Layout { get; }

    /// <summary>Memory of one token in all layers, in bytes.</summary>
    /// <param name="format">How numbers are kept.</param>
    /// <param name="layerCount">Layers.</param>
    /// <param name="kvHeadCount">Key and value heads.</param>
    /// <param name="headSize">Numbers in a head.</param>
    public static long BytesPerToken(KvFormat format, int layerCount, int kvHeadCount, int headSize) =>
        new KvLayout(format, headSize).BytesPerBlock(layerCount, kvHeadCount, KvLayout.TileTokens) / KvLayout.TileTokens;

    /// <summary>Stores one token's keys and values of one layer.</summary>
    /// <param name="layer">0 to <see cref="LayerCount"/> − 1.</param>
    /// <param name="block">0 to <see cref="BlockCount"/> − 1.</param>
    /// <param name="token">The token's place in the block, 0 to <see cref="BlockSize"/> − 1.</param>
    /// <param name="key">[kv heads, head size], keys already turned.</param>
    /// <param name="value">[kv heads, head size].</param>
    public void Write(int layer, int block, int token, float* key, float* value) => Write(layer, block, token, 0, KvHeadCount, key, value);

    /// <summary>The same for some neighbouring heads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Write(int layer, int block, int token, int fromHead, int headCount, float* key, float* value)
    {
        for (int head = fromHead; head < fromHead + headCount; head++)
        {
            KvTokenWriter.WriteKey(Layout, key + (head * HeadSize), KeyTile(layer, block, head, token), token % KvLayout.TileTokens);
            KvTokenWriter.WriteValue(Layout, value + (head * HeadSize), ValueTile(layer, block, head, token), token % KvLayout.TileTokens);
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
    public void CopyBlock(int from, int to) => Buffer.MemoryCopy(KeyTile(0, from, 0, 0), KeyTile(0, to, 0, 0), BytesPerBlock, BytesPerBlock);

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _tiles.Dispose();

    /// <summary>The tile that holds a token's keys.</summary>
    internal byte* KeyTile(int layer, int block, int head, int token) => Tile(block, 2 * layer, head, token);

    /// <summary>The tile that holds a token's values.</summary>
    internal byte* ValueTile(int layer, int block, int head, int token) => Tile(block, (2 * layer) + 1, head, token);

    private byte* Tile(int block, int part, int head, int token) =>
        _tiles.Pointer + (block * BytesPerBlock) + (part * _partBytes) + (head * _headBytes) + ((long)((uint)token / KvLayout.TileTokens) * Layout.TileBytes);
}

using Ingot.Compute.Attention;

namespace Ingot.Compute.Tests.Attention;

public sealed unsafe class KvStoreTests
{
    private const int Layers = 3, Heads = 2, HeadSize = 40, Blocks = 5, BlockSize = 32;

    [Theory]
    [InlineData(KvFormat.Float32)]
    [InlineData(KvFormat.Float16)]
    [InlineData(KvFormat.Int8)]
    public void Tiles_have_memory_of_their_own_and_those_of_a_block_lie_together(KvFormat format)
    {
        using var store = new KvStore(Layers, Heads, HeadSize, Blocks, BlockSize, format);
        long tileBytes = store.Layout.TileBytes;
        foreach (int block in Enumerable.Range(0, Blocks))
        {
            long[] tiles = [.. Tiles(store, block).Order()];
            Assert.Equal(store.BytesPerBlock, tiles.Length * tileBytes);
            Assert.Equal(tiles[0], (long)store.KeyTile(0, 0, 0, 0) + (block * store.BytesPerBlock));
            Assert.All(Enumerable.Range(0, tiles.Length), i => Assert.Equal(tiles[0] + (i * tileBytes), tiles[i]));
        }
    }

    [Fact]
    public void A_block_is_copied_in_all_layers_and_no_other_is_touched()
    {
        using var store = new KvStore(Layers, Heads, HeadSize, Blocks, BlockSize);
        foreach (int block in Enumerable.Range(0, Blocks)) All(store, block).Fill((byte)(block + 1));

        store.CopyBlock(1, 3);

        Assert.Equal([1, 2, 3, 2, 5], Enumerable.Range(0, Blocks).Select(block => (int)All(store, block)[0]));
        Assert.All(Enumerable.Range(0, Blocks), block => Assert.Equal(-1, All(store, block).IndexOfAnyExcept(All(store, block)[0])));
    }

    private static List<long> Tiles(KvStore store, int block)
    {
        List<long> tiles = [];
        for (int layer = 0; layer < Layers; layer++)
        {
            for (int head = 0; head < Heads; head++)
            {
                for (int token = 0; token < BlockSize; token += KvLayout.TileTokens)
                    tiles.AddRange([(long)store.KeyTile(layer, block, head, token), (long)store.ValueTile(layer, block, head, token)]);
            }
        }

        return tiles;
    }

    private static Span<byte> All(KvStore store, int block) => new(store.KeyTile(0, block, 0, 0), (int)store.BytesPerBlock);
}

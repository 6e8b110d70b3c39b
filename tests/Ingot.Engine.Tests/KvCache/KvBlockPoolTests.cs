using Ingot.Engine.KvCache;

namespace Ingot.Engine.Tests.KvCache;

public sealed class KvBlockPoolTests
{
    private readonly KvBlockPool _pool = new(blockCount: 5, blockSize: 4);
    private readonly BlockTable _table = new();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    [InlineData(20, 5)]
    public void A_table_grows_to_just_the_blocks_its_tokens_need(int tokens, int blocks)
    {
        Assert.True(_pool.TryGrow(_table, tokens));
        Assert.Equal((blocks, 5 - blocks), (_table.Count, _pool.FreeCount));
    }

    [Fact]
    public void Growing_is_all_or_nothing()
    {
        Assert.True(_pool.TryGrow(_table, 8));
        Assert.False(_pool.TryGrow(_table, 24));
        Assert.Equal((2, 3), (_table.Count, _pool.FreeCount));
    }

    [Fact]
    public void A_shared_block_is_free_when_the_last_holder_lets_go()
    {
        var fork = new BlockTable();
        _pool.TryGrow(_table, 12);
        _pool.Fork(_table, fork, blocks: 2);
        _pool.TryGrow(fork, 12);
        _pool.CheckIntegrity([_table, fork]);

        _pool.Release(_table);
        Assert.Equal(2, _pool.FreeCount);
        _pool.CheckIntegrity([fork]);

        _pool.Release(fork);
        Assert.Equal(5, _pool.FreeCount);
        _pool.CheckIntegrity([]);
    }

    [Fact]
    public void A_leak_or_a_foreign_holder_fails_the_integrity_check()
    {
        _pool.TryGrow(_table, 4);
        Assert.Throws<InvalidOperationException>(() => _pool.CheckIntegrity([]));
        Assert.Throws<InvalidOperationException>(() => _pool.CheckIntegrity([_table, _table]));
    }
}

using Ingot.Engine.KvCache;

namespace Ingot.Engine.Tests.KvCache;

public sealed class KvBlockPoolTests
{
    private readonly KvBlockPool _pool = new(blockCount: 5, blockSize: 4);
    private readonly BlockTable _table = new();

    private static ReadOnlySpan<int> Tokens => [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

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
        _pool.Publish(_table, Tokens[..8]);
        Assert.Equal(8, _pool.Share(fork, Tokens[..11]));
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
    public void A_block_is_found_only_after_all_that_came_before_it()
    {
        _pool.TryGrow(_table, 8);
        _pool.Publish(_table, Tokens[..8]);
        var other = new BlockTable();
        Assert.Equal(0, _pool.Share(other, Tokens[4..8]));
        Assert.Equal(0, _pool.Share(other, [9, 2, 3, 4, 5, 6, 7, 8]));
        Assert.Equal(4, _pool.Share(other, [1, 2, 3, 4, 5, 6, 7, 9]));
        _pool.CheckIntegrity([_table, other]);
    }

    [Fact]
    public void Blocks_are_found_after_their_holder_is_gone_until_their_room_is_needed()
    {
        _pool.TryGrow(_table, 12);
        _pool.Publish(_table, Tokens[..12]);
        _pool.Release(_table);
        Assert.Equal(5, _pool.FreeCount);

        // Two blocks are free, the third is the last of the known ones.
        _pool.TryGrow(_table, 12);
        var other = new BlockTable();
        Assert.Equal(8, _pool.Share(other, Tokens[..12]));
        Assert.Equal(0, _pool.FreeCount);
        _pool.CheckIntegrity([_table, other]);
        Assert.False(_pool.TryGrow(other, 12));
    }

    [Fact]
    public void What_two_have_computed_is_kept_once()
    {
        var twin = new BlockTable();
        _pool.TryGrow(_table, 8);
        _pool.TryGrow(twin, 8);
        _pool.Publish(_table, Tokens[..8]);
        _pool.Publish(twin, Tokens[..8]);
        Assert.Equal(_table.Ids.ToArray(), twin.Ids.ToArray());
        Assert.Equal(3, _pool.FreeCount);
        _pool.CheckIntegrity([_table, twin]);
    }

    [Fact]
    public void A_leak_or_a_foreign_holder_fails_the_integrity_check()
    {
        _pool.TryGrow(_table, 4);
        Assert.Throws<InvalidOperationException>(() => _pool.CheckIntegrity([]));
        Assert.Throws<InvalidOperationException>(() => _pool.CheckIntegrity([_table, _table]));
    }
}

using Ingot.Engine.KvCache;
using Ingot.Errors;

namespace Ingot.Engine.Tests.KvCache;

public sealed class KvBudgetTests
{
    private const int Context = 1000;
    private const int BlockSize = 16;
    private const long BlockBytes = 1000;

    [Theory]
    [InlineData(1_000_000_000, 63 * 4)]     // roomy: four full contexts
    [InlineData(400_000, 100)]              // a quarter of what is free
    [InlineData(200_000, 63)]               // one full context, which is more than a quarter
    [InlineData(100_000, 50)]               // but not more than half
    public void By_default_it_is_what_the_sequences_can_use_and_the_machine_can_spare(long free, int blocks)
    {
        Assert.Equal(blocks, KvBudget.BlockCount(new EngineOptions { MaxSequences = 4 }, Context, BlockSize, BlockBytes, free));
    }

    [Theory]
    [InlineData(10_999, 10)]
    [InlineData(long.MaxValue, 63 * 4)]
    public void Bytes_that_were_asked_for_are_taken_as_far_as_they_are_of_use(long bytes, int blocks)
    {
        var options = new EngineOptions { MaxSequences = 4, KvCacheBytes = bytes };
        Assert.Equal(blocks, KvBudget.BlockCount(options, Context, BlockSize, BlockBytes, freeBytes: 5));
    }

    [Fact]
    public void Too_little_for_one_block_is_insufficient_memory()
    {
        var error = Assert.Throws<IngotException>(() => KvBudget.BlockCount(new EngineOptions { KvCacheBytes = 999 }, Context, BlockSize, BlockBytes, 1 << 30));
        Assert.Equal(ErrorCode.InsufficientMemory, error.Code);
    }
}

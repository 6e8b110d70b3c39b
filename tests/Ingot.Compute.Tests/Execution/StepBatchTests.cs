using Ingot.Compute.Execution;
using Ingot.Errors;

namespace Ingot.Compute.Tests.Execution;

public sealed class StepBatchTests
{
    [Fact]
    public void Sequences_lie_one_after_the_other_with_their_own_positions()
    {
        var batch = new StepBatch();
        batch.AddSequence([5, 6, 7], pastLength: 0, new[] { 0 }, logitRowCount: 1);
        batch.AddSequence([9], pastLength: 40, new[] { 1, 2, 3 }, logitRowCount: 1);
        batch.AddSequence([1, 2], pastLength: 7, new[] { 4 }, logitRowCount: 0);

        Assert.Equal([5, 6, 7, 9, 1, 2], batch.Tokens.ToArray());
        Assert.Equal([0, 1, 2, 40, 7, 8], batch.Positions.ToArray());
        Assert.Equal([0, 0, 0, 1, 2, 2], batch.SequenceOfToken.ToArray());
        Assert.Equal([2, 3], batch.LogitRows.ToArray());
        Assert.Equal(4, batch.Sequences[2].FirstToken);
    }

    [Fact]
    public void A_cleared_batch_is_empty_and_can_be_filled_beyond_its_former_size()
    {
        var batch = new StepBatch();
        batch.AddSequence([1, 2], 0, new[] { 0 }, 2);
        batch.Clear();
        Assert.Equal((0, 0, 0), (batch.SequenceCount, batch.TokenCount, batch.LogitRowCount));

        for (var i = 0; i < 20; i++)
            batch.AddSequence(new int[50], i, new[] { i }, 50);
        Assert.Equal((20, 1000, 1000), (batch.SequenceCount, batch.TokenCount, batch.LogitRowCount));
        Assert.Equal(999, batch.LogitRows[999]);
    }

    [Fact]
    public void Counts_out_of_range_are_refused()
    {
        var batch = new StepBatch();
        Assert.Throws<ArgumentException>(() => batch.AddSequence([], 0, new[] { 0 }, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.AddSequence([1], -1, new[] { 0 }, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.AddSequence([1], 0, new[] { 0 }, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.AddSequence([1], int.MaxValue, new[] { 0 }, 0));
        Assert.Equal(0, batch.TokenCount);
    }

    [Fact]
    public void Options_out_of_range_are_all_named_at_once()
    {
        var error = Assert.Throws<IngotException>(() => new ComputeOptions { ThreadCount = -1, KvBlockSize = 12, MaxStepTokens = 0 }.Validate());
        Assert.Equal(ErrorCode.InvalidValue, error.Code);
        Assert.Contains("ThreadCount", error.Message, StringComparison.Ordinal);
        Assert.Contains("KvBlockSize", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxStepTokens", error.Message, StringComparison.Ordinal);
    }
}

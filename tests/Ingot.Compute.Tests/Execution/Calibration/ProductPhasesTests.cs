using Ingot.Compute.Execution;
using Ingot.Compute.Execution.Calibration;
using Ingot.Testing.OnnxModels;

namespace Ingot.Compute.Tests.Execution.Calibration;

/// <summary>Trials with the products of a loaded model.</summary>
public sealed class ProductPhasesTests
{
    private static readonly TestDecoderOptions Options = new() { Precision = TestPrecision.Int4, FeedForward = 1344, Layers = 3 };

    [Fact]
    public void A_loaded_model_tells_what_was_tried_and_computes_the_same_bits_as_without()
    {
        using var plain = new LoadedDecoder(Options, threads: 2);
        using var tried = new LoadedDecoder(Options, threads: 2, clock: new LongLoadClock(), leastTrialBytes: 1);
        int[] tokens = [.. Enumerable.Range(1, 40)], blocks = [0, 1, 2];

        Assert.Matches("shares of each thread for 1, 8, 32 tokens .*tried in [0-9.]+ ms", tried.Executor.Summary);
        Assert.EndsWith("shares as usual", plain.Executor.Summary, StringComparison.Ordinal);
        Assert.Equal(plain.Run(tokens, 0, blocks), tried.Run(tokens, 0, blocks));
    }

    /// <summary>There is memory for as many rows as a step takes, and no more.</summary>
    [Theory]
    [InlineData(TestPrecision.Int4)]
    [InlineData(TestPrecision.Float32)]
    public void Steps_that_take_few_rows_are_tried_with_no_more(TestPrecision precision)
    {
        using var tried = new LoadedDecoder(Options with { Precision = precision }, threads: 2, maxStepTokens: 3, clock: new LongLoadClock(), leastTrialBytes: 1);
        using var plain = new LoadedDecoder(Options with { Precision = precision }, threads: 2, maxStepTokens: 3);

        Assert.Contains("(tried in", tried.Executor.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain("(not tried)", tried.Executor.Summary, StringComparison.Ordinal);
        Assert.Equal(plain.Run([1, 2, 3], 0, [0]), tried.Run([1, 2, 3], 0, [0]));
    }

    [Fact]
    public void One_thread_has_nothing_to_share()
    {
        using var alone = new LoadedDecoder(Options, threads: 1, clock: new LongLoadClock(), leastTrialBytes: 1);

        Assert.Equal(ShareLimits.Usual, alone.Executor.Limits);
        Assert.EndsWith("shares as usual", alone.Executor.Summary, StringComparison.Ordinal);
    }

    // By which a model takes an hour to load, and trials no longer than they do.
    private sealed class LongLoadClock : TimeProvider
    {
        private bool _hasBegun;

        public override long GetTimestamp()
        {
            if (_hasBegun)
                return base.GetTimestamp() + (3600 * TimestampFrequency);
            _hasBegun = true;
            return base.GetTimestamp();
        }
    }
}

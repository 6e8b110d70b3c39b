using Ingot.Compute.Execution.Wide;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;

namespace Ingot.Compute.Tests.Execution.Wide;

/// <summary>Whether products that somebody offers are used, by how long they take beside the executor's own.</summary>
public sealed class WideTrialTests
{
    private static readonly TestDecoderOptions Options = new() { Precision = TestPrecision.Int4, Positions = 320 };

    [Theory]
    [InlineData(-2, "tried here, 1.7 times as fast")]
    [InlineData(-4, "tried here, 5.0 times as fast")]
    public void Faster_ones_are_used(int milliseconds, string told)
    {
        ExactProducts products = new();
        using LoadedDecoder model = Load(products, milliseconds);

        Assert.True(model.Executor.Wide!.MatrixCount > WideTrial.MatrixCount);
        Assert.Contains(told, model.Executor.Wide.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "1.0 times as fast")]
    [InlineData(5, "0.5 times as fast")]
    public void Others_are_not_and_no_more_than_the_tried_weights_were_copied(int milliseconds, string told)
    {
        ExactProducts products = new();
        using LoadedDecoder model = Load(products, milliseconds);
        using var plain = new LoadedDecoder(Options, maxStepTokens: 320);

        Assert.Equal((0, 0L), (model.Executor.Wide!.MatrixCount, model.Executor.Wide.ByteLength));
        Assert.Contains(told, model.Executor.Wide.Reason, StringComparison.Ordinal);
        Assert.Equal((WideTrial.MatrixCount, 0), (products.Packed, products.Alive));
        int[] tokens = [.. Enumerable.Range(1, 100)], blocks = [.. Enumerable.Range(0, 7)];
        Assert.Equal(plain.Run(tokens, 0, blocks), model.Run(tokens, 0, blocks));
    }

    [Fact]
    public void What_takes_too_long_to_try_is_not_used()
    {
        using LoadedDecoder model = Load(new ExactProducts(), 0, lap: 90);

        Assert.Equal("Trying whether it is faster here took too long.", model.Executor.Wide!.Reason);
    }

    // lap: Milliseconds that the executor's own products take; the others take so many more for each of two products.
    private static LoadedDecoder Load(ExactProducts products, int milliseconds, int lap = 10)
    {
        var clock = new LapClock(lap);
        products.Multiplying = () => clock.Add(milliseconds);
        return new LoadedDecoder(Options, maxStepTokens: 320, products: products, clock: clock);
    }

    private sealed class LapClock(int lap) : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Interlocked.Add(ref _now, lap);

        public void Add(int milliseconds) => Interlocked.Add(ref _now, milliseconds);
    }
}

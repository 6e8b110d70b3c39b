using Ingot.Compute.Execution;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;

namespace Ingot.Compute.Tests.Execution;

public sealed class DecoderExecutorTests
{
    private static readonly TestDecoderOptions Qwen = new() { Architecture = TestArchitecture.Qwen2, Precision = TestPrecision.Int4, TiedEmbedding = true };

    [Fact]
    public void A_loaded_model_says_what_it_is()
    {
        using var decoder = new LoadedDecoder(Qwen);
        var executor = decoder.Executor;
        Assert.Equal((200, 2, 16, 64), (executor.VocabularySize, executor.LayerCount, executor.KvBlockSize, executor.MaxStepTokens));
        Assert.Equal(64, executor.MaxPositions);
        Assert.Equal(decoder.Store.BytesPerBlock, executor.KvBytesPerBlock);
        Assert.Contains("2 layers, 4/2 heads of 16, hidden 64, vocabulary 200, weights int4 block 32", executor.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Tied_weights_are_packed_once()
    {
        using var tied = new LoadedDecoder(Qwen);
        using var untied = new LoadedDecoder(Qwen with { TiedEmbedding = false });
        Assert.True(untied.Executor.WeightBytes - tied.Executor.WeightBytes >= 200 * 64 * sizeof(float));
    }

    [Fact]
    public void A_layer_has_nine_phases()
    {
        using var two = new LoadedDecoder(Qwen);
        using var five = new LoadedDecoder(Qwen with { Layers = 5 });
        Assert.Equal(9, (five.Executor.PhaseCount - two.Executor.PhaseCount) / 3);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        using var decoder = new LoadedDecoder(Qwen, threads: 1);
        var batch = new StepBatch();
        var logits = new float[200];
        int[] blocks = [0, 1];
        int[] tokens = [7];
        for (var past = 0; past < 5; past++)
            Decode(past);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var past = 5; past < 25; past++)
            Decode(past);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Decode(int past)
        {
            batch.Clear();
            batch.AddSequence(tokens, past, blocks, 1);
            decoder.Executor.Step(batch, decoder.Store, logits);
        }
    }

    [Fact]
    public void Blocks_of_others_are_left_alone()
    {
        using var decoder = new LoadedDecoder(Qwen);
        int[] tokens = [.. Enumerable.Range(0, 20)];
        decoder.Run(tokens, 0, [5, 9]);
        decoder.Run(tokens, 0, [8, 6]);
        var next = decoder.Run([33], 20, [5, 9])[0];
        var again = decoder.Run([33], 20, [8, 6])[0];
        Assert.Equal(next, again);
    }

    [Fact]
    public void What_does_not_fit_is_refused_before_anything_runs()
    {
        using var decoder = new LoadedDecoder(Qwen);
        using var other = new LoadedDecoder(new TestDecoderOptions { Layers = 1 });
        AssertRefused("Token 200", batch => batch.AddSequence([200], 0, new[] { 0 }, 1));
        AssertRefused("Token -1", batch => batch.AddSequence([-1], 0, new[] { 0 }, 1));
        AssertRefused("at most 64", batch => batch.AddSequence(new int[65], 0, new int[8], 1));
        AssertRefused("64 positions", batch => batch.AddSequence([1], 64, new int[8], 1));
        AssertRefused("it needs 2", batch => batch.AddSequence([1], 16, new[] { 0 }, 1));
        AssertRefused("Block 64", batch => batch.AddSequence([1], 0, new[] { 64 }, 1));
        AssertRefused("Block -1", batch => batch.AddSequence([1], 0, new[] { -1 }, 1));

        var single = new StepBatch();
        single.AddSequence([1], 0, new[] { 0 }, 1);
        Assert.Contains("do not fit", Assert.Throws<ArgumentException>(() => decoder.Executor.Step(single, decoder.Store, new float[199])).Message, StringComparison.Ordinal);
        Assert.Contains("another model", Assert.Throws<ArgumentException>(() => decoder.Executor.Step(single, other.Store, new float[200])).Message, StringComparison.Ordinal);

        void AssertRefused(string expected, Action<StepBatch> fill)
        {
            var batch = new StepBatch();
            fill(batch);
            var error = Assert.Throws<ArgumentException>(() => decoder.Executor.Step(batch, decoder.Store, new float[200]));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Loading_can_be_cancelled()
    {
        using var folder = new TemporaryFolder();
        var description = TestDecoderGraphs.Write(Qwen, folder.Path);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => DecoderExecutor.Load(description, new ComputeOptions { ThreadCount = 2 }, cancelled.Token));
    }
}

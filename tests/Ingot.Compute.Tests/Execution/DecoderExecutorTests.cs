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

    [Theory]
    [InlineData(1, TestPrecision.Int4)]
    [InlineData(4, TestPrecision.Int4)]
    [InlineData(4, TestPrecision.Int8)]
    [InlineData(4, TestPrecision.Float32)]
    [InlineData(4, TestPrecision.Float16)]
    public void A_step_allocates_nothing_on_any_thread(int threads, TestPrecision precision)
    {
        using var decoder = new LoadedDecoder(Qwen with { Precision = precision }, threads);
        AssertAllocatesNothing(decoder, threads);
    }

    [Fact]
    public void A_step_of_a_mixture_of_experts_allocates_nothing_on_any_thread()
    {
        using var decoder = new LoadedDecoder(new TestDecoderOptions { Precision = TestPrecision.Int4, Experts = new() { Inner = 96 } }, threads: 4);
        AssertAllocatesNothing(decoder, threads: 4);
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

    // Prompts of two sequences in two chunks, then some tokens of each, over and over.
    private static void AssertAllocatesNothing(LoadedDecoder decoder, int threads)
    {
        const int Chunk = 20, Decodes = 20, MostAttempts = 25;
        var meter = new ThreadMeter(threads);
        var batch = new StepBatch();
        var logits = new float[2 * decoder.Executor.VocabularySize];
        int[] tokens = [.. Enumerable.Range(3, Chunk)];
        int[][] blocks = [[0, 1, 2, 3], [7, 6, 5, 4]];
        for (var warmUp = 0; warmUp < 3; warmUp++)
            Answer();
        // What a thread sleeps by is claimed at its first sleep, whenever that is; what a step claims is there every time.
        for (var attempt = 0; attempt < MostAttempts && (attempt == 0 || meter.Claimed.Any(bytes => bytes > 0)); attempt++)
        {
            // Each attempt is read from here on: asking for the last one's figures has claimed memory on this thread.
            decoder.Executor.Share(meter);
            for (var round = 0; round < 5; round++)
                Answer();
            decoder.Executor.Share(meter);
        }

        Assert.Equal(new long[threads], meter.Claimed);

        void Answer()
        {
            Step(0, Chunk, 0);
            Step(Chunk, Chunk, 1);
            for (var past = 2 * Chunk; past < (2 * Chunk) + Decodes; past++)
                Step(past, 1, 1);
        }

        void Step(int past, int count, int rows)
        {
            batch.Clear();
            foreach (var table in blocks)
                batch.AddSequence(tokens.AsSpan(0, count), past, table, rows);
            decoder.Executor.Step(batch, decoder.Store, logits);
        }
    }
}

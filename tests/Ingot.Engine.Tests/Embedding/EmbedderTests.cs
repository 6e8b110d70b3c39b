using Ingot.Engine.Embedding;
using Ingot.Errors;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests.Embedding;

public sealed class EmbedderTests
{
    private static readonly PoolingSettings AsItIs = new(PoolingMode.Mean, Normalize: false);

    [Fact]
    public async Task Vectors_come_in_the_order_of_their_texts_whatever_order_they_are_computed_in()
    {
        using Embedder embedder = Start(new FakeEmbeddingRunner());
        ReadOnlyMemory<int>[] texts = [.. Enumerable.Range(1, 200).Select(i => (ReadOnlyMemory<int>)Some.Prompt(i, 1 + (i * 7 % 32)))];

        IReadOnlyList<float[]> vectors = await embedder.EmbedAsync(texts, default);

        Assert.Equal(texts.Select(text => FakeEmbeddingRunner.VectorOf(text.Span)), vectors);
        EmbedderStatistics statistics = embedder.Statistics;
        Assert.Equal((200, texts.Sum(text => text.Length)), ((int)statistics.Sequences, (int)statistics.Tokens));
        Assert.InRange(statistics.Steps, statistics.Tokens / 64, statistics.Tokens / 32);
    }

    [Fact]
    public async Task Requests_that_come_together_are_computed_together()
    {
        using var held = new HeldEmbeddingRunner();
        using Embedder embedder = Start(held.Runner);
        Task first = embedder.EmbedAsync(Texts([1]), default);
        held.WaitForStep();
        Task<IReadOnlyList<float[]>>[] others = [.. Enumerable.Range(2, 8).Select(i => embedder.EmbedAsync(Texts([i, i]), default))];
        held.Release();

        await first;
        IReadOnlyList<float[]>[] vectors = await Task.WhenAll(others);

        Assert.Equal(2, held.Runner.Steps.Count);
        Assert.All(vectors.Index(), pair => Assert.Equal([[(pair.Index + 2) * 3, 2, pair.Index + 2]], pair.Item));
    }

    [Fact]
    public async Task Vectors_are_brought_to_length_one_where_the_model_says_so()
    {
        using Embedder embedder = Start(new FakeEmbeddingRunner(), AsItIs with { Normalize = true });

        float[] vector = (await embedder.EmbedAsync(Texts([3, 4]), default))[0];

        Assert.Equal(1, vector.Sum(value => value * value), 1e-6f);
        Assert.Equal(11f / 2, vector[0] / vector[1], 1e-5f);
    }

    [Fact]
    public async Task A_cancelled_request_ends_and_the_others_go_on()
    {
        using var held = new HeldEmbeddingRunner();
        using Embedder embedder = Start(held.Runner);
        Task first = embedder.EmbedAsync(Texts([1]), default);
        held.WaitForStep();
        using var cancel = new CancellationTokenSource();
        Task cancelled = embedder.EmbedAsync(Texts([2]), cancel.Token);
        Task<IReadOnlyList<float[]>> other = embedder.EmbedAsync(Texts([3]), default);

        await cancel.CancelAsync();
        held.Release();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await first;
        Assert.Equal([[3, 1, 3]], await other);
        Assert.Equal([[1], [1]], held.Runner.Steps);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_takes_again_later()
    {
        using var held = new HeldEmbeddingRunner();
        using Embedder embedder = Start(held.Runner, options: new EngineOptions { MaxSequences = 2, QueueCapacity = 1 });
        Task[] accepted = [.. Enumerable.Range(0, 3).Select(i => embedder.EmbedAsync(Texts([i]), default))];

        Action oneMore = () => embedder.EmbedAsync(Texts([9]), default);
        var error = Assert.Throws<IngotException>(oneMore);
        held.Release();
        await Task.WhenAll(accepted);

        Assert.Equal(ErrorCode.QueueFull, error.Code);
        Assert.Single(await embedder.EmbedAsync(Texts([9]), default));
    }

    [Fact]
    public async Task A_failed_step_ends_its_requests_and_no_others()
    {
        var runner = new FakeEmbeddingRunner { OnStep = step => { if (step[0].Span[0] == 13) throw new InvalidOperationException("bad luck"); } };
        using Embedder embedder = Start(runner);

        var error = await Assert.ThrowsAsync<IngotException>(() => embedder.EmbedAsync(Texts([13]), default));

        Assert.Equal(ErrorCode.Internal, error.Code);
        Assert.DoesNotContain("bad luck", error.Message, StringComparison.Ordinal);
        Assert.Single(await embedder.EmbedAsync(Texts([1]), default));
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_costs_nobody_an_answer()
    {
        var runner = new FakeEmbeddingRunner { OnStep = step => { if (step[0].Span[0] == 13) throw new InvalidOperationException("bad luck"); } };
        using var embedder = new Embedder(runner, AsItIs, new EngineOptions(), new FullDisk<Embedder>());

        var error = await Assert.ThrowsAsync<IngotException>(() => embedder.EmbedAsync(Texts([13]), default));

        Assert.Equal(ErrorCode.Internal, error.Code);
        Assert.Single(await embedder.EmbedAsync(Texts([1]), default));
    }

    [Fact]
    public async Task Vectors_that_no_array_holds_end_their_request_and_not_the_process()
    {
        using Embedder embedder = Start(new FakeEmbeddingRunner { Width = int.MaxValue });

        var error = await Assert.ThrowsAsync<IngotException>(() => embedder.EmbedAsync(Texts([1]), default));
        var second = await Assert.ThrowsAsync<IngotException>(() => embedder.EmbedAsync(Texts([1], [2]), default));

        Assert.Equal((ErrorCode.Internal, ErrorCode.Internal), (error.Code, second.Code));
    }

    [Fact]
    public async Task A_vector_that_is_not_numbers_ends_its_request()
    {
        using Embedder embedder = Start(new NotANumberRunner());

        var error = await Assert.ThrowsAsync<IngotException>(() => embedder.EmbedAsync(Texts([1]), default));

        Assert.Equal(ErrorCode.Internal, error.Code);
    }

    [Fact]
    public async Task Disposing_ends_everything_with_engine_stopped_and_disposes_the_model()
    {
        using var held = new HeldEmbeddingRunner();
        Embedder embedder = Start(held.Runner);
        Task first = embedder.EmbedAsync(Texts([1]), default);
        held.WaitForStep();
        Task waiting = embedder.EmbedAsync(Texts([2]), default);
        var disposer = new Thread(embedder.Dispose);
        disposer.Start();
        // The step under way is waited for; what waits behind it is not computed any more.
        Assert.True(SpinWait.SpinUntil(() => Refuses(embedder), Waits.Longest));
        held.Release();
        disposer.Join();

        await first;
        Assert.Equal(ErrorCode.EngineStopped, (await Assert.ThrowsAsync<IngotException>(() => waiting)).Code);
        Assert.True(held.Runner.IsDisposed);
        embedder.Dispose();
    }

    [Theory]
    [InlineData(0, 1, ErrorCode.MissingRequiredParameter)]
    [InlineData(33, 1, ErrorCode.ContextLengthExceeded)]
    [InlineData(1, 256, ErrorCode.InvalidValue)]
    [InlineData(1, -1, ErrorCode.InvalidValue)]
    public void A_text_beyond_the_rules_is_refused_by_its_place(int length, int token, ErrorCode code)
    {
        using Embedder embedder = Start(new FakeEmbeddingRunner());

        Action submit = () => embedder.EmbedAsync(Texts([1], [.. Enumerable.Repeat(token, length)]), default);
        var error = Assert.Throws<IngotException>(submit);

        Assert.Equal((code, "input[1]"), (error.Code, error.Param));
    }

    internal static ReadOnlyMemory<int>[] Texts(params int[][] texts) => [.. texts.Select(text => (ReadOnlyMemory<int>)text)];

    private static Embedder Start(IEmbeddingRunner runner, PoolingSettings? pooling = null, EngineOptions? options = null) =>
        new(runner, pooling ?? AsItIs, options ?? new EngineOptions(), NullLogger<Embedder>.Instance);

    private static bool Refuses(Embedder embedder)
    {
        try
        {
            embedder.EmbedAsync(Texts([4]), default);
            return false;
        }
        catch (IngotException exception)
        {
            return exception.Code == ErrorCode.EngineStopped;
        }
    }

    /// <summary>A runner whose first step waits until it is let go.</summary>
    private sealed class HeldEmbeddingRunner : IDisposable
    {
        private readonly ManualResetEventSlim _begun = new();
        private readonly ManualResetEventSlim _go = new();

        public HeldEmbeddingRunner() => Runner = new FakeEmbeddingRunner
        {
            OnStep = _ =>
            {
                _begun.Set();
                _go.Wait();
            },
        };

        public FakeEmbeddingRunner Runner { get; }

        public void WaitForStep() => Assert.True(_begun.Wait(Waits.Longest));

        public void Release() => _go.Set();

        public void Dispose() => _go.Set();
    }

    private sealed class NotANumberRunner : IEmbeddingRunner
    {
        public int Width => 2;

        public int VocabularySize => 10;

        public int ContextLength => 10;

        public int MaxStepTokens => 10;

        public long MemoryBytes => 0;

        public void Embed(IReadOnlyList<ReadOnlyMemory<int>> sequences, Span<float> vectors) => vectors.Fill(float.NaN);

        public void Dispose()
        {
        }
    }
}

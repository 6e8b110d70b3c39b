using Ingot.Engine;
using Ingot.Engine.Embedding;
using Ingot.Engine.ModelFolders;
using Ingot.Errors;
using Ingot.Models.Store;
using Ingot.Service.Chat;
using Ingot.Service.Embeddings;
using Ingot.Service.Hosting;
using Ingot.Service.Tests.Chat;
using Ingot.Testing;
using Ingot.Text.Tokenizers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Service.Tests.Embeddings;

public sealed class EmbeddingServiceTests : IAsyncDisposable
{
    private readonly TinyModel _model = new();
    private readonly FakeEmbeddingRunner _runner = new() { VocabularySize = 260, ContextLength = 32 };
    private readonly ManualTime _time = new();
    private readonly ModelHost _host;
    private readonly EmbeddingService _service;

    public EmbeddingServiceTests()
    {
        _host = new ModelHost(
            FixedSource.Catalog(_model.Entry), new ModelStore(Path.GetTempPath()), (_, _) => Task.FromResult(Load()), NullLogger<ModelHost>.Instance, _time);
        _service = new EmbeddingService(_host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _model.Dispose();
    }

    [Fact]
    public async Task Texts_and_tokens_become_vectors_in_their_order_with_their_tokens_counted()
    {
        EmbeddingAnswer answer = await _service.EmbedAsync(Turn(new EmbeddingInput.OfText("abc"), new EmbeddingInput.OfTokens([7, 8])));

        Assert.Equal("tiny:1", answer.Model.Id);
        Assert.Equal([FakeEmbeddingRunner.VectorOf(TinyModel.Tokens("abc")), FakeEmbeddingRunner.VectorOf([7, 8])], answer.Vectors.Select(vector => vector.ToArray()));
        Assert.Equal(5, answer.PromptTokens);
    }

    [Fact]
    public async Task The_text_of_a_special_token_stays_text()
    {
        EmbeddingAnswer answer = await _service.EmbedAsync(Turn(new EmbeddingInput.OfText("<|im_end|>")));

        Assert.Equal("<|im_end|>".Length, answer.PromptTokens);
    }

    [Fact]
    public async Task Fewer_dimensions_are_the_first_ones_brought_to_length_one()
    {
        EmbeddingTurn turn = Turn(new EmbeddingInput.OfTokens([3, 4, 5]));
        float[] whole = (await _service.EmbedAsync(turn)).Vectors[0].ToArray();

        float[] cut = (await _service.EmbedAsync(turn with { Dimensions = 2 })).Vectors[0].ToArray();
        float[] all = (await _service.EmbedAsync(turn with { Dimensions = 3 })).Vectors[0].ToArray();

        Assert.Equal(whole, all);
        Assert.Equal(2, cut.Length);
        Assert.Equal(1, (cut[0] * cut[0]) + (cut[1] * cut[1]), 1e-6f);
        Assert.Equal(whole[0] / whole[1], cut[0] / cut[1], 1e-5f);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task Dimensions_the_model_does_not_have_are_refused(int dimensions)
    {
        var error = await Assert.ThrowsAsync<IngotException>(() => _service.EmbedAsync(Turn(new EmbeddingInput.OfText("a")) with { Dimensions = dimensions }));

        Assert.Equal((ErrorCode.InvalidValue, "dimensions"), (error.Code, error.Param));
    }

    [Theory]
    [InlineData("", ErrorCode.InvalidValue)]
    [InlineData("This text is longer than thirty-two bytes.", ErrorCode.ContextLengthExceeded)]
    public async Task A_text_that_is_empty_or_too_long_is_refused_by_its_place(string text, ErrorCode code)
    {
        var error = await Assert.ThrowsAsync<IngotException>(() => _service.EmbedAsync(Turn(new EmbeddingInput.OfText("a"), new EmbeddingInput.OfText(text))));

        Assert.Equal((code, "input[1]"), (error.Code, error.Param));
    }

    [Fact]
    public async Task An_embedder_does_not_chat_and_a_chat_model_makes_no_vectors()
    {
        var chat = new ChatService(_host, new IngotOptions());
        var turn = new ChatTurn { Model = "tiny", Messages = [new TurnMessage { Role = TurnRole.User, Text = "Hi" }] };
        var refused = await Assert.ThrowsAsync<IngotException>(() => chat.StartAsync(turn));
        Assert.Equal((ErrorCode.UnsupportedValue, "model"), (refused.Code, refused.Param));
        await Assert.ThrowsAsync<IngotException>(() => chat.CountTokensAsync(turn));

        using var talker = new TinyModel();
        await using var fixture = new ChatFixture(talker, () => talker.Load(1));
        refused = await Assert.ThrowsAsync<IngotException>(() => new EmbeddingService(fixture.Host).EmbedAsync(Turn(new EmbeddingInput.OfText("a"))));
        Assert.Equal((ErrorCode.UnsupportedValue, "model"), (refused.Code, refused.Param));
        // Every lease was given back.
        await fixture.Host.UnloadAsync("tiny");
        await _host.UnloadAsync("tiny");
    }

    [Fact]
    public async Task Unloading_by_force_ends_a_request_that_waits()
    {
        using var begun = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        _runner.OnStep = _ =>
        {
            begun.Set();
            go.Wait();
        };
        Task first = _service.EmbedAsync(Turn(new EmbeddingInput.OfText("a")));
        Assert.True(begun.Wait(Waits.Longest));
        Task waiting = _service.EmbedAsync(Turn(new EmbeddingInput.OfText("b")));

        // It waits for the step when all who use the model have heard of it.
        Task unloading = _host.UnloadAsync("tiny", force: true);
        await _time.TimerAsync(ModelHost.DrainTime);
        go.Set();

        await first;
        Assert.Equal(ErrorCode.EngineStopped, (await Assert.ThrowsAsync<IngotException>(() => waiting)).Code);
        await unloading;
        Assert.True(_runner.IsDisposed);
    }

    private static EmbeddingTurn Turn(params EmbeddingInput[] inputs) => new() { Model = "tiny", Inputs = inputs };

    private LoadedModel Load()
    {
        ModelFolder folder = ModelFolder.Open(_model.Entry.LocalPath!);
        var embedder = new Embedder(_runner, new PoolingSettings(PoolingMode.Mean, Normalize: false), new EngineOptions(), NullLogger<Embedder>.Instance);
        return new LoadedModel(_model.Entry, folder, Tokenizer.Load(folder.Path), embedder);
    }
}

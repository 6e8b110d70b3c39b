using Betalgo.Ranul.OpenAI.ObjectModels.ResponseModels;
using Ingot.Models.Catalog;
using Ingot.Testing;
using Microsoft.AI.Foundry.Local;
using Microsoft.Extensions.AI;

namespace Ingot.Sdk.Tests;

/// <summary>Vectors of texts, by Foundry Local's client and by .NET's own generator.</summary>
public sealed class EmbeddingClientTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private FoundryLocalManager _manager = null!;
    private IModel _model = null!;

    public async ValueTask InitializeAsync()
    {
        _manager = OwnManager.Create(_folder.Path);
        _model = (await (await _manager.GetCatalogAsync()).GetModelAsync(BuiltInModel.EmbeddingAlias))!;
        await _model.LoadAsync();
    }

    public ValueTask DisposeAsync()
    {
        _manager.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Sentences_that_say_the_same_are_nearer_than_others()
    {
        OpenAIEmbeddingClient client = await _model.GetEmbeddingClientAsync();

        EmbeddingCreateResponse made = await client.GenerateEmbeddingsAsync(["How do I cook rice?", "What is the way to cook rice?", "The train to Paris leaves at noon."]);

        Assert.Equal([0, 1, 2], made.Data.Select(one => one.Index!.Value));
        Assert.True(Similarity(0, 1) > Similarity(0, 2));
        Assert.True(made.Usage!.PromptTokens > 0);

        double Similarity(int one, int other) => made.Data[one].Embedding.Zip(made.Data[other].Embedding, (a, b) => a * b).Sum();
    }

    [Fact]
    public async Task One_text_has_the_vector_it_has_among_others()
    {
        OpenAIEmbeddingClient client = await _model.GetEmbeddingClientAsync();

        List<double> alone = (await client.GenerateEmbeddingAsync("rice")).Data.Single().Embedding;
        List<double> among = (await client.GenerateEmbeddingsAsync(["soup", "rice"])).Data[1].Embedding;

        Assert.Equal(alone, among);
    }

    [Fact]
    public async Task Empty_texts_are_refused()
    {
        OpenAIEmbeddingClient client = await _model.GetEmbeddingClientAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => client.GenerateEmbeddingAsync(" "));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GenerateEmbeddingsAsync([]));
    }

    [Fact]
    public async Task The_generator_cuts_to_the_size_wanted_and_counts()
    {
        using IEmbeddingGenerator<string, Embedding<float>> generator = _model.AsEmbeddingGenerator();

        GeneratedEmbeddings<Embedding<float>> made = await generator.GenerateAsync(["rice", "soup"], new EmbeddingGenerationOptions { Dimensions = 16 });

        Assert.Equal(2, made.Count);
        Assert.All(made, one => Assert.Equal(16, one.Dimensions));
        Assert.True(made.Usage!.InputTokenCount > 0);
        Assert.Equal(_model.Id, generator.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelId);
    }

    [Fact]
    public async Task Speech_and_chat_are_refused_by_what_the_model_is()
    {
        OpenAIAudioClient audio = await _model.GetAudioClientAsync();
        OpenAIChatClient chat = await _model.GetChatClientAsync();

        Assert.Contains("speech is not supported", (await Assert.ThrowsAsync<FoundryLocalException>(() => audio.TranscribeAudioAsync("a.wav"))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FoundryLocalException>(() => chat.CompleteChatAsync([Betalgo.Ranul.OpenAI.ObjectModels.RequestModels.ChatMessage.FromUser("hi")]));
    }
}

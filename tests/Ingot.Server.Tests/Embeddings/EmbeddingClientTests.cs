using System.ClientModel;
using System.Text.Json;
using Ingot.Testing;
using OpenAI;
using OpenAI.Embeddings;

namespace Ingot.Server.Tests.Embeddings;

/// <summary>OpenAI's own clients, asking for vectors. Both ask for base64 unless told otherwise.</summary>
public sealed class EmbeddingClientTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task The_dotnet_client_gets_vectors_of_texts_and_of_tokens()
    {
        var client = new EmbeddingClient(TestEncoder.Name, new ApiKeyCredential("not-needed"), new OpenAIClientOptions { Endpoint = new Uri($"{server.Url}/v1") });

        OpenAIEmbeddingCollection texts = await client.GenerateEmbeddingsAsync(["one text", "another"]);
        OpenAIEmbeddingCollection tokens = await client.GenerateEmbeddingsAsync([(ReadOnlyMemory<int>)"one text".Select(letter => (int)letter).ToArray()]);
        OpenAIEmbedding cut = await client.GenerateEmbeddingAsync("one text", new EmbeddingGenerationOptions { Dimensions = 8, EndUserId = "somebody" });

        Assert.Equal([0, 1], texts.Select(item => item.Index));
        Assert.Equal(15, texts.Usage.InputTokenCount);
        Assert.Equal(TestEncoder.Width, texts[0].ToFloats().Length);
        Assert.Equal(texts[0].ToFloats().ToArray(), tokens[0].ToFloats().ToArray());
        Assert.NotEqual(texts[0].ToFloats().ToArray(), texts[1].ToFloats().ToArray());
        Assert.Equal(8, cut.ToFloats().Length);
    }

    [Fact]
    public async Task The_dotnet_client_learns_why_it_was_refused()
    {
        var client = new EmbeddingClient(ShippedModel.Name, new ApiKeyCredential("not-needed"), new OpenAIClientOptions { Endpoint = new Uri($"{server.Url}/v1") });

        var refusal = await Assert.ThrowsAsync<ClientResultException>(() => client.GenerateEmbeddingAsync("text"));

        Assert.Equal(400, refusal.Status);
        Assert.Contains("makes no embeddings", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_JavaScript_client_gets_the_same_vectors_in_both_encodings()
    {
        string folder = RepositoryFiles.PathOf("tests", "clients");
        Assert.SkipUnless(ProgramRun.Exists("node"), "Node.js is not installed.");
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules", "openai")), "The client is not installed: npm ci --prefix tests/clients");

        ProgramRun run = await ProgramRun.RunAsync("node", [Path.Combine(folder, "embeddings.mjs"), $"{server.Url}/v1", TestEncoder.Name]);

        Assert.True(run.ExitCode == 0, run.Error);
        JsonElement seen = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal([TestEncoder.Width, TestEncoder.Width, 8], seen.GetProperty("lengths").EnumerateArray().Select(length => length.GetInt32()));
        Assert.True(seen.GetProperty("same").GetBoolean());
        Assert.Equal(11, seen.GetProperty("tokens").GetInt32());
        Assert.Equal((400, "dimensions"), (seen.GetProperty("refused").GetProperty("status").GetInt32(), seen.GetProperty("refused").GetProperty("param").GetString()));
    }
}

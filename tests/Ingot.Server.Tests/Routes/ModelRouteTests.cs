using System.ClientModel;
using System.Text.Json;
using Ingot.Models.Catalog;
using Ingot.Protocol.Models;
using Ingot.Server.Mapping;
using Ingot.Testing;
using OpenAI;
using OpenAI.Models;

namespace Ingot.Server.Tests.Routes;

public sealed class ModelRouteTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Theory]
    [InlineData("/v1/models/ingot-tiny-chat")]
    [InlineData("/v1/models/ingot-tiny-chat:1")]
    [InlineData("/v1/models/ingot-tiny-chat%3A1")]
    [InlineData("/openai/v1/models/INGOT-tiny-chat")]
    public async Task A_model_is_found_by_alias_name_and_id(string path)
    {
        JsonElement model = await server.GetJsonAsync(path);

        Assert.Equal("ingot-tiny-chat:1", model.GetProperty("id").GetString());
        Assert.Equal("model", model.GetProperty("object").GetString());
        Assert.Equal("ingot-tiny-chat", model.GetProperty("parent").GetString());
        Assert.Equal(1024, model.GetProperty("context_length").GetInt64());
        Assert.Equal(1024, model.GetProperty("max_output_tokens").GetInt64());
        Assert.Equal(
            ["chat_completion", "completion", "tool_calling"], model.GetProperty("capabilities").EnumerateArray().Select(word => word.GetString()));
    }

    [Fact]
    public async Task OpenAIs_own_client_lists_the_models_and_finds_one()
    {
        var client = new OpenAIModelClient(new ApiKeyCredential("not-needed"), new OpenAIClientOptions { Endpoint = new Uri($"{server.Url}/v1") });

        OpenAIModelCollection models = await client.GetModelsAsync();
        OpenAIModel model = await client.GetModelAsync(ShippedModel.Name);

        Assert.Contains(models, listed => listed.Id == "ingot-tiny-chat:1");
        Assert.Equal(("ingot-tiny-chat:1", "Ingot"), (model.Id, model.OwnedBy));
        var refusal = await Assert.ThrowsAsync<ClientResultException>(() => client.GetModelAsync("no-such-model"));
        Assert.Equal(404, refusal.Status);
    }

    [Fact]
    public async Task A_name_may_hold_slashes()
    {
        using HttpResponseMessage response = await server.Client.GetAsync($"{server.Url}/v1/models/some/model");

        Assert.Contains("'some/model'", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_catalog_says_of_a_model_becomes_its_capabilities()
    {
        var entry = new ModelEntry { Name = "m", Alias = "m", Uri = "local://m", SupportsReasoning = true, SupportsToolCalling = true, Capabilities = "tool-calling, code" };

        ModelObject chat = ModelMapper.ToWire(entry);
        ModelObject embeddings = ModelMapper.ToWire(entry with { Task = "embeddings", SupportsReasoning = null, SupportsToolCalling = null, Capabilities = null });

        Assert.Equal(["chat_completion", "completion", "tool_calling", "reasoning", "code"], chat.Capabilities);
        Assert.Equal(["embeddings"], embeddings.Capabilities);
        Assert.Null(chat.MaxOutputTokens);
    }
}

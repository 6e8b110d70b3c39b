using System.ClientModel;
using System.Text.Json;
using Ingot.Engine.Running;
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
        Assert.Equal(("ingot", "Ingot's own executor covers the graph."), (model.GetProperty("runner").GetString(), model.GetProperty("runner_reason").GetString()));
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
    public async Task Only_models_on_this_machine_are_listed_and_each_of_them_loads()
    {
        IReadOnlyList<ModelEntry> known = await server.Services.Catalog.ListAsync();
        JsonElement list = await server.GetJsonAsync("/v1/models");

        string[] ids = [.. list.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!)];
        Assert.Contains("ingot-tiny-chat:1", ids);
        Assert.Contains(known, entry => !ids.Contains(entry.Id));
        foreach (string id in ids)
            await server.Services.Models.LoadAsync(id);
    }

    [Theory]
    [InlineData("smollm2-135m", "SmolLM2-135M-Instruct-generic-cpu:1")]
    [InlineData("hf:someone/some-model", "hf:someone/some-model")]
    public async Task A_model_that_is_known_and_not_here_is_refused_with_the_way_to_get_it(string model, string name)
    {
        using HttpResponseMessage described = await server.Client.GetAsync($"{server.Url}/v1/models/{model}");
        using HttpResponseMessage answered = await server.PostAsync("/v1/chat/completions", new { model, messages = new[] { new { role = "user", content = "Hi" } } });

        foreach (HttpResponseMessage response in new[] { described, answered })
        {
            JsonElement error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
            Assert.Equal((404, "model_not_found", "model"), ((int)response.StatusCode, error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
            Assert.Contains($"'foundry model download {name}'", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
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

        ModelObject chat = ModelMapper.ToWire(entry, null);
        ModelObject embeddings = ModelMapper.ToWire(entry with { Task = "embeddings", SupportsReasoning = null, SupportsToolCalling = null, Capabilities = null }, new RunnerFacts("onnxruntime", "cpu", "Because."));

        Assert.Equal(["chat_completion", "completion", "tool_calling", "reasoning", "code"], chat.Capabilities);
        Assert.Equal(["embeddings"], embeddings.Capabilities);
        Assert.Equal((null, null, "onnxruntime", "Because."), (chat.Runner, chat.RunnerReason, embeddings.Runner, embeddings.RunnerReason));
        Assert.Null(chat.MaxOutputTokens);
    }
}

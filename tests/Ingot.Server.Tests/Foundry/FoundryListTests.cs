using System.Text.Json;
using Ingot.Models.Catalog;
using Ingot.Protocol;
using Ingot.Protocol.Foundry;
using Ingot.Server.Foundry;
using Ingot.Testing;

namespace Ingot.Server.Tests.Foundry;

/// <summary>The lists that Foundry Local's clients read.</summary>
public sealed class FoundryListTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static readonly string[] Texts =
    [
        "name", "displayName", "providerType", "uri", "version", "modelType", "publisher", "task", "alias", "license", "licenseDescription", "parentModelUri", "minFLVersion",
    ];

    [Fact]
    public async Task The_list_is_a_bare_array_of_every_known_model_and_no_documented_field_is_ever_null()
    {
        JsonElement list = await server.GetJsonAsync("/foundry/list");

        IReadOnlyList<ModelEntry> known = await server.Services.Catalog.ListAsync();
        Assert.Equal(known.Select(entry => entry.Id), list.EnumerateArray().Select(model => model.GetProperty("name").GetString()));
        Assert.All(list.EnumerateArray(), model =>
        {
            Assert.All(Texts, name => Assert.Equal(JsonValueKind.String, model.GetProperty(name).ValueKind));
            Assert.Equal(JsonValueKind.Object, model.GetProperty("promptTemplate").ValueKind);
            Assert.Equal(JsonValueKind.Array, model.GetProperty("modelSettings").GetProperty("parameters").ValueKind);
            Assert.True(model.GetProperty("fileSizeMb").GetInt32() >= 0);
            Assert.True(model.GetProperty("maxOutputTokens").GetInt32() >= 0);
            Assert.Contains(model.GetProperty("supportsToolCalling").ValueKind, new[] { JsonValueKind.True, JsonValueKind.False });
            Assert.Contains(model.GetProperty("runtime").GetProperty("deviceType").GetString(), new[] { "CPU", "GPU", "NPU" });
            Assert.EndsWith("ExecutionProvider", model.GetProperty("runtime").GetProperty("executionProvider").GetString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_model_is_told_with_its_alias_version_license_and_size()
    {
        JsonElement list = await server.GetJsonAsync("/foundry/list");

        JsonElement shipped = list.EnumerateArray().Single(model => model.GetProperty("name").GetString() == "ingot-tiny-chat:1");
        Assert.Equal("ingot-tiny-chat", shipped.GetProperty("alias").GetString());
        Assert.Equal("1", shipped.GetProperty("version").GetString());
        Assert.Equal("ONNX", shipped.GetProperty("modelType").GetString());
        Assert.Equal("chat-completion", shipped.GetProperty("task").GetString());
        Assert.Equal("MIT", shipped.GetProperty("license").GetString());
        Assert.True(shipped.GetProperty("supportsToolCalling").GetBoolean());
        Assert.True(shipped.GetProperty("cached").GetBoolean());
        Assert.True(shipped.GetProperty("fileSizeMb").GetInt32() > 0);
    }

    [Fact]
    public async Task Cached_models_are_those_whose_files_are_here()
    {
        JsonElement cached = await server.GetJsonAsync("/openai/models");

        string[] names = [.. cached.EnumerateArray().Select(name => name.GetString()!)];
        Assert.Contains("ingot-tiny-chat:1", names);
        Assert.Contains("test-encoder:1", names);
        JsonElement list = await server.GetJsonAsync("/foundry/list");
        Assert.Equal(
            list.EnumerateArray().Where(model => model.GetProperty("cached").GetBoolean()).Select(model => model.GetProperty("name").GetString()), names);
        Assert.True(names.Length < list.GetArrayLength());
    }

    [Fact]
    public void What_a_catalog_says_becomes_the_fields_of_the_list()
    {
        var entry = new ModelEntry
        {
            Name = "m-generic-gpu",
            Version = 3,
            Alias = "m",
            DisplayName = "M",
            ProviderType = "AzureFoundry",
            Uri = "azureml://m/versions/3",
            PromptTemplate = new PromptTexts(null, "<u>{Content}", null, "{Content}<a>"),
            Publisher = "P",
            DeviceType = ModelDevice.GPU,
            ExecutionProvider = "WebGpuExecutionProvider",
            FileSizeMb = 12,
            Parameters = [new ModelParameter("temperature", "0.5")],
            SupportsToolCalling = true,
            License = "MIT",
            LicenseDescription = "see there",
            ParentModelUri = "azureml://parent",
            MaxOutputTokens = 5_000_000_000,
            MinFoundryLocalVersion = "1.0.0",
            ContextLength = 4096,
        };

        string json = JsonSerializer.Serialize(FoundryModelMapper.ToWire(entry, isCached: false), WireJson.For<FoundryModel>());

        Assert.Equal(
            """
            {"name":"m-generic-gpu:3","displayName":"M","providerType":"AzureFoundry","uri":"azureml://m/versions/3","version":"3","modelType":"ONNX",
            "promptTemplate":{"user":"<u>{Content}","prompt":"{Content}<a>"},"publisher":"P","task":"chat-completion",
            "runtime":{"deviceType":"GPU","executionProvider":"WebGpuExecutionProvider"},"fileSizeMb":12,
            "modelSettings":{"parameters":[{"Name":"temperature","Value":"0.5"}]},"alias":"m","supportsToolCalling":true,"license":"MIT",
            "licenseDescription":"see there","parentModelUri":"azureml://parent","maxOutputTokens":2147483647,"minFLVersion":"1.0.0","contextLength":4096,"cached":false}
            """.ReplaceLineEndings(""),
            json);
        Assert.False(FoundryModelMapper.CanTell(entry with { DeviceType = ModelDevice.Invalid }));
    }

    [Fact]
    public async Task The_status_is_told_in_both_cases_of_first_letter()
    {
        JsonElement status = await server.GetJsonAsync("/openai/status");

        Assert.Equal(server.Url, Assert.Single(status.GetProperty("endpoints").EnumerateArray()).GetString());
        Assert.Equal(server.Services.Store.Location, status.GetProperty("modelDirPath").GetString());
        foreach (string name in new[] { "endpoints", "modelDirPath", "pipeName" })
            Assert.Equal(status.GetProperty(name).GetRawText(), status.GetProperty(char.ToUpperInvariant(name[0]) + name[1..]).GetRawText());
    }

    [Fact]
    public async Task The_newer_status_names_the_same_places()
    {
        JsonElement status = await server.GetJsonAsync("/status");

        Assert.Equal(server.Url, Assert.Single(status.GetProperty("endpoints").EnumerateArray()).GetString());
        Assert.Equal(server.Services.Store.Location, status.GetProperty("modelCachePath").GetString());
        Assert.Equal(Environment.ProcessId, status.GetProperty("pid").GetInt32());
    }

    [Fact]
    public async Task What_a_client_of_the_old_service_loads_it_finds_loaded_and_unloads()
    {
        JsonElement known = (await server.GetJsonAsync("/openai/models")).EnumerateArray().First(name => name.GetString() == $"{ShippedModel.Name}:1");

        using HttpResponseMessage load = await server.Client.GetAsync($"{server.Url}/openai/load/{known.GetString()}?ttl=600");
        JsonElement loaded = await server.GetJsonAsync("/openai/loadedmodels");
        using HttpResponseMessage unload = await server.Client.GetAsync($"{server.Url}/openai/unload/{known.GetString()}?force=true");

        Assert.Equal((200, ""), ((int)load.StatusCode, await load.Content.ReadAsStringAsync()));
        Assert.Contains(known.GetString(), loaded.EnumerateArray().Select(name => name.GetString()));
        Assert.Equal((200, ""), ((int)unload.StatusCode, await unload.Content.ReadAsStringAsync()));
        Assert.Equal("[]", (await server.GetJsonAsync("/models/loaded")).GetRawText());
    }
}

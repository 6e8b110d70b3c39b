using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Testing;

namespace Ingot.Models.Tests.Catalog;

public sealed class CatalogFileSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_field_is_read()
    {
        var file = _folder.Write("catalog.json", """
            {"models":[{
              "id":"qwen2.5-0.5b-instruct-generic-cpu:4","name":"qwen2.5-0.5b-instruct-generic-cpu","version":4,"alias":"qwen2.5-0.5b",
              "displayName":"Qwen 2.5","description":"Small.","providerType":"Local","uri":"local://qwen","modelType":"ONNX",
              "promptTemplate":{"system":"s{Content}","user":"u{Content}","assistant":"a{Content}","prompt":"p{Content}"},
              "publisher":"Qwen","modelSettings":{"parameters":[{"Name":"temperature","Value":"0.7"},{"Name":"top_k","Value":null}]},
              "license":"apache-2.0","licenseDescription":"Apache","cached":false,"task":"chat-completion",
              "runtime":{"deviceType":"CPU","executionProvider":"CPUExecutionProvider"},"fileSizeMb":800,"supportsToolCalling":true,
              "toolCallStart":"<tool_call>","toolCallEnd":"</tool_call>","supportsReasoning":false,"reasoningStart":"<think>","reasoningEnd":"</think>",
              "maxOutputTokens":2048,"minFLVersion":"1.0.0","createdAt":1700000000,"contextLength":32768,
              "inputModalities":"text","outputModalities":"text","capabilities":"tool-calling","parentModelUri":"azureml://x",
              "path":"folders/qwen","someFutureField":{"a":1}
            }]}
            """);

        var entry = Assert.Single(await new CatalogFileSource(file).ListAsync(default));

        Assert.Equal("qwen2.5-0.5b-instruct-generic-cpu:4", entry.Id);
        Assert.Equal("qwen2.5-0.5b", entry.Alias);
        Assert.Equal("Qwen 2.5", entry.DisplayName);
        Assert.Equal(new PromptTexts("s{Content}", "u{Content}", "a{Content}", "p{Content}"), entry.PromptTemplate);
        Assert.Equal([new("temperature", "0.7"), new("top_k", null)], entry.Parameters);
        Assert.Equal(("apache-2.0", "Apache", "Qwen"), (entry.License, entry.LicenseDescription, entry.Publisher));
        Assert.Equal((800, 2048L, 32768L, 1700000000L), (entry.FileSizeMb, entry.MaxOutputTokens, entry.ContextLength, entry.CreatedAtUnix));
        Assert.Equal((true, false), (entry.SupportsToolCalling, entry.SupportsReasoning));
        Assert.Equal(("<tool_call>", "</tool_call>", "<think>", "</think>"), (entry.ToolCallStart, entry.ToolCallEnd, entry.ReasoningStart, entry.ReasoningEnd));
        Assert.Equal(("text", "text", "tool-calling", "azureml://x", "1.0.0"),
            (entry.InputModalities, entry.OutputModalities, entry.Capabilities, entry.ParentModelUri, entry.MinFoundryLocalVersion));
        Assert.Equal(Path.Combine(_folder.Path, "folders", "qwen"), entry.LocalPath);
    }

    [Fact]
    public async Task The_first_catalogs_shape_is_read_too()
    {
        var file = _folder.Write("catalog.json", """
            [{"name":"model-1-generic-gpu:1","version":"1","alias":"model-1","uri":"azureml://m","runtime":{"deviceType":"GPU","executionProvider":"WebGpuExecutionProvider"}}]
            """);

        var entry = Assert.Single(await new CatalogFileSource(file).ListAsync(default));

        Assert.Equal(("model-1-generic-gpu:1", ModelDevice.GPU), (entry.Id, entry.DeviceType));
        Assert.Null(entry.LocalPath);
    }

    [Fact]
    public async Task A_name_and_a_path_are_enough()
    {
        var file = _folder.Write("catalog.json", """{"models":[{"name":"tiny-generic-cpu","path":"tiny"}]}""");

        var entry = Assert.Single(await new CatalogFileSource(file).ListAsync(default));

        Assert.Equal(("tiny-generic-cpu:0", "tiny", "local://tiny-generic-cpu"), (entry.Id, entry.Alias, entry.Uri));
    }

    [Theory]
    [InlineData("{", "is not valid JSON: line 1")]
    [InlineData("{}", "has no field 'models'")]
    [InlineData("""{"models":{}}""", "should hold an array of models in field 'models'")]
    [InlineData("3", "should hold an array of models.")]
    [InlineData("[7]", "'[0]' should be an object")]
    [InlineData("""{"models":[{"alias":"a"}]}""", "'models[0].name' is missing")]
    [InlineData("""{"models":[{"name":"a"},{"name":7}]}""", "'models[1].name' should be a string")]
    [InlineData("""{"models":[{"name":"a b:c"}]}""", "'models[0].name' has a colon")]
    [InlineData("""{"models":[{"name":"\ud800"}]}""", "'models[0].name' is not Unicode text")]
    [InlineData("""{"models":[{"name":" "}]}""", "'models[0].name' is empty")]
    [InlineData("""{"models":[{"name":"a","version":-1}]}""", "'models[0].version' should be a whole number")]
    [InlineData("""{"models":[{"name":"a","version":"x"}]}""", "'models[0].version' should be a whole number")]
    [InlineData("""{"models":[{"name":"a","version":99999999999}]}""", "'models[0].version' is too large")]
    [InlineData("""{"models":[{"id":"b:1","name":"a"}]}""", "'models[0].id' is 'b:1', but")]
    [InlineData("""{"models":[{"name":"a","runtime":"CPU"}]}""", "'models[0].runtime' should be an object")]
    [InlineData("""{"models":[{"name":"a","supportsToolCalling":"yes"}]}""", "'models[0].supportsToolCalling' should be true or false")]
    [InlineData("""{"models":[{"name":"a","modelSettings":{"parameters":[{}]}}]}""", "'models[0].modelSettings.parameters[0].name' is missing")]
    public async Task A_mistake_is_named_with_file_and_field(string json, string message)
    {
        var file = _folder.Write("catalog.json", json);

        var refusal = await Assert.ThrowsAsync<IngotException>(() => new CatalogFileSource(file).ListAsync(default));

        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named() =>
        Assert.Contains("none.json cannot be read", (await Assert.ThrowsAsync<IngotException>(
            () => new CatalogFileSource(Path.Combine(_folder.Path, "none.json")).ListAsync(default))).Message, StringComparison.Ordinal);
}

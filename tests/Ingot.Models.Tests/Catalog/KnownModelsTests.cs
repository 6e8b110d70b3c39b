using System.Text.Json;
using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Models.Download;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Models.Tests.Catalog;

public sealed class KnownModelsTests
{
    [Fact]
    public async Task Every_known_model_has_a_repository_a_license_and_a_place()
    {
        var entries = await new KnownModelsSource().ListAsync(default);

        Assert.True(entries.Count >= 10);
        Assert.Equal(entries.Count, entries.Select(entry => entry.Id).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(entries.Count, entries.Select(entry => entry.Alias).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(entries, entry =>
        {
            Assert.Equal(entry.Uri, HubReference.Parse(entry.Uri).ToString());
            Assert.NotNull(entry.License);
            Assert.NotNull(entry.ContextLength);
            Assert.True(entry.IsRunnable);
            Assert.NotNull(ModelPlace.OfOrNull("/cache", entry));
        });
    }

    [Fact]
    public async Task A_hub_name_is_found_though_no_source_knows_it()
    {
        using var catalog = Catalog();

        var entry = await catalog.FindAsync("HF:acme/tiny@v1:cpu/int4");

        Assert.Equal(("hf:acme/tiny@v1:cpu/int4", "acme--tiny--cpu--int4--v1:0", "acme", null), (entry.Uri, entry.Id, entry.Publisher, entry.LocalPath));
        Assert.Equal(entry.Id, (await catalog.FindOrOpenAsync("hf:acme/tiny@v1:cpu/int4")).Id);
    }

    [Fact]
    public async Task A_hub_name_means_the_entry_a_source_has_for_it()
    {
        using var catalog = Catalog(new FixedSource("a", FixedSource.Entry("m:1", "m") with { Uri = "hf:acme/tiny" }));

        Assert.Equal("m:1", (await catalog.FindAsync("hf:Acme/Tiny")).Id);
    }

    [Fact]
    public async Task A_hub_name_that_is_not_well_formed_is_refused_by_its_part()
    {
        using var catalog = Catalog();

        var refusal = await Assert.ThrowsAsync<IngotException>(() => catalog.FindAsync("hf:acme"));

        Assert.Equal((ErrorCode.InvalidValue, "model"), (refusal.Code, refusal.Param));
        Assert.Contains("hf:owner/name", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_folder_keeps_of_its_catalog_entry_is_the_entry()
    {
        var entry = new ModelEntry
        {
            Name = "m",
            Version = 3,
            Alias = "a",
            DisplayName = "M",
            Description = "What it is.",
            ProviderType = "HuggingFace",
            Uri = "hf:acme/m",
            Publisher = "acme",
            PromptTemplate = new PromptTexts("s", "u", "a", null),
            License = "MIT",
            LicenseDescription = "Free.",
            Task = "embeddings",
            DeviceType = ModelDevice.GPU,
            ExecutionProvider = "CUDAExecutionProvider",
            FileSizeMb = 7,
            SupportsToolCalling = true,
            ToolCallStart = "<t>",
            ToolCallEnd = "</t>",
            SupportsReasoning = false,
            ReasoningStart = "<r>",
            ReasoningEnd = "</r>",
            MaxOutputTokens = 9,
            ContextLength = 10,
            MinFoundryLocalVersion = "1.0.0",
            CreatedAtUnix = 11,
            InputModalities = "text",
            OutputModalities = "text",
            Capabilities = "tool-calling",
            ParentModelUri = "azureml://p",
        };
        using var folder = new TemporaryFolder();
        new FolderManifest(entry, "abc", [new ModelFile("x", 1, new string('0', 64))]).Write(folder.Path);

        var read = await FolderManifest.ReadAsync(folder.Path, default);

        Assert.Equal(JsonSerializer.Serialize(entry), JsonSerializer.Serialize(read!.Model));
        Assert.Equal("abc", read.Revision);
        Assert.Equal(new ModelFile("x", 1, new string('0', 64)), Assert.Single(read.Files));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"version":2}""")]
    [InlineData("""{"version":1,"model":{"name":"a:b:c"}}""")]
    public async Task A_manifest_that_cannot_be_read_counts_as_none(string json)
    {
        using var folder = new TemporaryFolder();
        var path = folder.AddModel("m");
        folder.Write("m/ingot_manifest.json", json);

        Assert.Null(await FolderManifest.ReadAsync(path, default));
        Assert.Equal("m:0", Assert.Single(await new FolderSource(folder.Path).ListAsync(default)).Id);
    }

    [Theory]
    [InlineData("HF_TOKEN", "hf_1", "hf_1")]
    [InlineData("HUGGING_FACE_HUB_TOKEN", " hf_2 ", "hf_2")]
    [InlineData("HF_TOKEN", "two words", null)]
    public void The_hubs_own_variables_hold_the_token(string variable, string value, string? token) =>
        Assert.Equal(token, HubToken.Find(new Dictionary<string, string> { [variable] = value }, "/nowhere")?.Value);

    [Fact]
    public void The_token_that_logging_in_left_is_found()
    {
        using var home = new TemporaryFolder();
        home.Write(".cache/huggingface/token", "hf_3\n");
        home.Write("elsewhere/token", "hf_4");

        Assert.Equal("hf_3", HubToken.Find(new Dictionary<string, string>(), home.Path)?.Value);
        Assert.Equal("hf_4", HubToken.Find(new Dictionary<string, string> { ["HF_HOME"] = home["elsewhere"] }, home.Path)?.Value);
        Assert.Null(HubToken.Find(new Dictionary<string, string> { ["HF_TOKEN_PATH"] = home["none"] }, home.Path));
    }

    private static ModelCatalog Catalog(params ICatalogSource[] sources) => new(sources, NullLogger<ModelCatalog>.Instance);
}

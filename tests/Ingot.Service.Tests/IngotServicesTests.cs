using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Service.Tests;

public sealed class IngotServicesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Wrong_options_are_refused() =>
        Assert.Throws<IngotException>(() => IngotServices.Create(new IngotOptions { MaxSequences = 0 }, NullLoggerFactory.Instance));

    [Fact]
    public async Task Catalog_files_folders_and_the_cache_are_listed_together_and_a_broken_file_hides_none()
    {
        AddModel("cache/Publisher/cached-model-generic-cpu-2");
        AddModel("folders/found");
        AddModel("named");
        var options = new IngotOptions
        {
            ModelCacheDirectory = Path.Combine(_folder.Path, "cache"),
            CatalogPaths =
            [
                _folder.Write("catalog.json", """{"models":[{"name":"named-model","version":3,"alias":"qwen2.5-0.5b","path":"named"}]}"""),
                _folder.Write("broken.json", "{"),
                Path.Combine(_folder.Path, "folders"),
            ],
        };
        await using var services = IngotServices.Create(options, NullLoggerFactory.Instance);

        var entries = await services.Catalog.ListAsync();

        Assert.Equal(
            ["cached-model-generic-cpu:2", "found:0", "named-model:3"],
            entries.Where(entry => entry.Alias is not (BuiltInModel.Alias or BuiltInModel.EmbeddingAlias) && services.Store.IsCached(entry)).Select(entry => entry.Id));
        Assert.Equal("named-model:3", (await services.Catalog.FindAsync("qwen2.5-0.5b")).Id);
        Assert.EndsWith("broken.json", Assert.Single(services.Catalog.Problems).Source, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_catalog_on_Azure_is_listed_when_it_is_switched_on_and_hides_nothing_when_it_is_down()
    {
        AddModel("cache/Publisher/here-1");
        var options = new IngotOptions { ModelCacheDirectory = Path.Combine(_folder.Path, "cache"), AzureCatalogEndpoint = "http://127.0.0.1:1" };
        await using var without = IngotServices.Create(options, NullLoggerFactory.Instance);
        await using var with = IngotServices.Create(options with { AzureCatalog = true }, NullLoggerFactory.Instance);

        Assert.Equal("here:1", (await without.Catalog.FindAsync("here")).Id);
        Assert.Equal("here:1", (await with.Catalog.FindAsync("here")).Id);

        Assert.Empty(without.Catalog.Problems);
        var problem = Assert.Single(with.Catalog.Problems);
        Assert.Equal("Azure catalog http://127.0.0.1:1/", problem.Source);
        Assert.Contains("cannot be reached", problem.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_says_why_each_time()
    {
        AddModel("cache/damaged");
        await using var services = IngotServices.Create(
            new IngotOptions { ModelCacheDirectory = Path.Combine(_folder.Path, "cache") }, NullLoggerFactory.Instance);

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var refusal = await Assert.ThrowsAsync<IngotException>(() => services.Models.LoadAsync("damaged"));
            Assert.Equal((ErrorCode.ModelInvalid, "model"), (refusal.Code, refusal.Param));
            Assert.Contains("genai_config.json", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Empty(services.Models.Loaded);
    }

    private void AddModel(string place) => _folder.Write(Path.Combine(place, "genai_config.json"), "{}");
}

using System.Text.Json;
using Ingot.Testing;
using Microsoft.AI.Foundry.Local;
using Microsoft.AI.Foundry.Local.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Sdk.Tests;

/// <summary>What the catalog gives, over managers of their own, so that these need not take turns.</summary>
public sealed class CatalogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FoundryLocalManager _manager;

    public CatalogTests()
    {
        string catalog = _folder.Write("catalog.json", JsonSerializer.Serialize(new
        {
            models = new object[]
            {
                new { name = "sky-cpu", version = 1, alias = "sky", path = ShippedModel.Folder },
                new { name = "sky-cpu", version = 2, alias = "sky", path = ShippedModel.Folder },
                new { name = "sky-far", version = 1, alias = "sky", uri = "https://models.example/sky/" },
            },
        }));
        _manager = OwnManager.Create(_folder.Path, catalog);
    }

    [Fact]
    public async Task A_model_is_the_same_object_each_time_and_keeps_its_selection()
    {
        ICatalog catalog = await _manager.GetCatalogAsync();
        IModel model = (await catalog.GetModelAsync("SKY"))!;
        IModel older = (await catalog.GetModelVariantAsync("sky-cpu:1"))!;
        Assert.Equal("sky-cpu:2", model.Id);

        model.SelectVariant(older);

        Assert.Same(model, await catalog.GetModelAsync("sky"));
        Assert.Same(model, Assert.Single(await catalog.ListModelsAsync(), listed => listed.Alias == "sky"));
        Assert.Equal("sky-cpu:1", (await catalog.GetModelAsync("sky"))!.Id);
        Assert.Equal(3, model.Variants.Count);
        Assert.Same(older, await catalog.GetModelVariantAsync("sky-cpu:1"));
    }

    [Fact]
    public async Task The_newest_version_is_found_and_the_newest_is_itself()
    {
        ICatalog catalog = await _manager.GetCatalogAsync();
        IModel older = (await catalog.GetModelVariantAsync("sky-cpu:1"))!;
        IModel newer = (await catalog.GetModelVariantAsync("sky-cpu"))!;

        Assert.Same(newer, await catalog.GetLatestVersionAsync(older));
        Assert.Same(newer, await catalog.GetLatestVersionAsync(newer));
    }

    [Fact]
    public async Task Foreign_variants_are_not_selected()
    {
        ICatalog catalog = await _manager.GetCatalogAsync();
        IModel sky = (await catalog.GetModelAsync("sky"))!;
        IModel other = (await catalog.GetModelAsync(ShippedModel.Name))!;

        Assert.Contains("not a variant of sky", Assert.Throws<FoundryLocalException>(() => sky.SelectVariant(other)).Message, StringComparison.Ordinal);
        Assert.Contains("GetModelAsync(\"sky\")", Assert.Throws<FoundryLocalException>(() => sky.Variants[0].SelectVariant(sky)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_on_this_machine_says_what_to_call_first()
    {
        ICatalog catalog = await _manager.GetCatalogAsync();
        IModel far = (await catalog.GetModelVariantAsync("sky-far"))!;

        Assert.False(await far.IsCachedAsync());
        Assert.Equal("Model sky-far:1 is not on this machine. Call DownloadAsync first.", await RefusalAsync(() => far.LoadAsync()));
        Assert.Equal("Model sky-far:1 is not loaded. Call LoadAsync first.", await RefusalAsync(() => far.GetChatClientAsync()));
        Assert.Equal("Model sky-far:1 is not loaded. Call LoadAsync first.", await RefusalAsync(() => far.GetEmbeddingClientAsync()));
        Assert.Equal("model is not cached locally", await RefusalAsync(() => far.RemoveFromCacheAsync()));
        string path = await RefusalAsync(() => far.GetPathAsync());
        Assert.StartsWith("Error getting path for model sky-far:1: ", path, StringComparison.Ordinal);
        Assert.EndsWith("Has it been downloaded?", path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_path_of_a_folder_is_a_model()
    {
        ICatalog catalog = await _manager.GetCatalogAsync();

        IModel model = (await catalog.GetModelAsync(ShippedModel.Folder))!;

        Assert.Equal(ShippedModel.Folder, await model.GetPathAsync());
        Assert.Null(await catalog.GetModelAsync("no/such/folder"));
    }

    [Fact]
    public async Task After_the_end_everything_says_so()
    {
        ICatalog catalog = await _manager.GetCatalogAsync();
        IModel sky = (await catalog.GetModelAsync("sky"))!;
        _manager.Shutdown();
        Assert.True(_manager.IsShutdownRequested);
        _manager.Dispose();
        _manager.Dispose();

        foreach (Func<Task> call in new Func<Task>[] { () => _manager.GetCatalogAsync(), () => catalog.ListModelsAsync(), () => sky.LoadAsync(), () => sky.IsCachedAsync(), () => _manager.StartWebServiceAsync() })
            Assert.Equal("FoundryLocalManager has been disposed. Call CreateAsync first.", await RefusalAsync(call));
    }

    [Fact]
    public async Task Execution_providers_are_told_as_they_are()
    {
        var told = new List<(string, double)>();

        Assert.Equal("CPUExecutionProvider", Assert.Single(_manager.DiscoverEps()).Name);
        EpDownloadResult all = await _manager.DownloadAndRegisterEpsAsync((name, percent) => told.Add((name, percent)));
        EpDownloadResult absent = await _manager.DownloadAndRegisterEpsAsync(["CUDAExecutionProvider", "CPUExecutionProvider"]);

        Assert.True(all.Success);
        Assert.Equal([("CPUExecutionProvider", 100d)], told);
        Assert.False(absent.Success);
        Assert.Equal(["CUDAExecutionProvider"], absent.FailedEps);
        Assert.Equal(["CPUExecutionProvider"], absent.RegisteredEps);
    }

    [Fact]
    public void Progress_rises_and_ends_with_a_hundred_once()
    {
        var told = new List<float>();
        var progress = new RisingProgress(told.Add);

        foreach (double percent in new[] { -1, 0, 10, 9, 99.9999999, 50, 100, 100, 7 })
            progress.Report(percent);

        Assert.Equal(told.Order(), told);
        Assert.Equal(100f, told[^1]);
        Assert.Single(told, percent => percent >= 100f);
        Assert.Equal(0f, told[0]);
    }

    public void Dispose()
    {
        _manager.Dispose();
        _folder.Dispose();
    }

    private static async Task<string> RefusalAsync(Func<Task> call) => (await Assert.ThrowsAsync<FoundryLocalException>(call)).Message;
}

using System.Diagnostics;
using Ingot.Testing;
using Microsoft.AI.Foundry.Local;

namespace Ingot.Sdk.Tests;

/// <summary>Downloads as a program sees them: progress, callbacks that throw, cancelling, and ends.</summary>
public sealed class DownloadTests : IAsyncLifetime
{
    private static readonly string Source = RepositoryFiles.PathOf("models", Ingot.Models.Catalog.BuiltInModel.EmbeddingAlias);

    private readonly TemporaryFolder _folder = new();
    private ModelSite _site = null!;
    private FoundryLocalManager _manager = null!;
    private IModel _model = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ModelSite.StartAsync(Source);
        _manager = OwnManager.Create(_folder.Path, _site.WriteCatalog(_folder, Source));
        _model = (await (await _manager.GetCatalogAsync()).GetModelAsync("far"))!;
    }

    public async ValueTask DisposeAsync()
    {
        _manager.Dispose();
        await _site.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Progress_rises_from_nothing_to_a_hundred_and_the_model_is_there()
    {
        _site.Release();
        var told = new List<float>();

        await _model.DownloadAsync(told.Add);

        Assert.Equal(told.Order(), told);
        Assert.Equal(100f, told[^1]);
        Assert.All(told, percent => Assert.InRange(percent, 0f, 100f));
        Assert.True(await _model.IsCachedAsync());
        await _model.LoadAsync();
        await _model.UnloadAsync();
        await _model.RemoveFromCacheAsync();
        Assert.False(await _model.IsCachedAsync());
    }

    [Fact]
    public async Task What_a_callback_throws_reaches_the_caller_and_the_download_goes_on_another_time()
    {
        _site.Release();

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => _model.DownloadAsync(_ => throw new InvalidTimeZoneException("mine")));

        Assert.False(await _model.IsCachedAsync());
        await _model.DownloadAsync();
        Assert.True(await _model.IsCachedAsync());
    }

    [Fact]
    public async Task A_cancelled_download_ends_within_a_tenth_of_a_second()
    {
        var times = new List<TimeSpan>();
        using var patience = new CancellationTokenSource(Waits.Longest);

        // A busy machine may take a moment away from any one try.
        while (!patience.IsCancellationRequested && !times.Exists(time => time < TimeSpan.FromMilliseconds(100)))
        {
            using var stop = new CancellationTokenSource();
            Task download = _model.DownloadAsync(null, stop.Token);
            await _site.Held.Task;
            var watch = Stopwatch.StartNew();
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download);
            times.Add(watch.Elapsed);
        }

        Assert.Contains(times, time => time < TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task A_manager_disposed_during_a_download_ends_it_and_leaves_no_lock()
    {
        Task download = _model.DownloadAsync();
        await _site.Held.Task;

        _manager.Dispose();

        var refusal = await Assert.ThrowsAsync<FoundryLocalException>(() => download);
        Assert.Contains("was disposed before this was done", refusal.Message, StringComparison.Ordinal);
        _site.Release();
        using FoundryLocalManager next = OwnManager.Create(_folder.Path, Path.Combine(_folder.Path, "catalog.json"));
        IModel again = (await (await next.GetCatalogAsync()).GetModelAsync("far"))!;
        await again.DownloadAsync();
        Assert.True(await again.IsCachedAsync());
    }
}

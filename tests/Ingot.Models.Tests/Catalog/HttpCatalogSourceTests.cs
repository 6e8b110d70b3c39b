using System.Security.Cryptography;
using System.Text.Json;
using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Models.Download;
using Ingot.Models.Store;
using Ingot.Models.Tests.Hub;
using Ingot.Testing;
using Microsoft.AspNetCore.Http;
using Clock = Ingot.Testing.ManualTime;

namespace Ingot.Models.Tests.Catalog;

/// <summary>A catalog on a web server, and models on a plain one.</summary>
public sealed class HttpCatalogSourceTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private TestHub? _hub;

    public async ValueTask DisposeAsync()
    {
        if (_hub is not null)
            await _hub.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_list_is_kept_and_asked_for_again_only_with_its_validator()
    {
        var hub = await StartAsync("""[{"name":"m-generic-cpu:2","alias":"m","uri":"azureml://m"}]""");
        using (var source = Source())
            Assert.Equal("m-generic-cpu:2", Assert.Single(await source.ListAsync(default)).Id);
        Copies.Age(_folder["copies"]);
        var asked = new TaskCompletionSource<string>();
        hub.Intercept = (context, _) =>
        {
            asked.TrySetResult(context.Request.Headers.IfNoneMatch.ToString());
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.FromResult(true);
        };

        using var again = Source();

        Assert.Equal("m-generic-cpu:2", Assert.Single(await again.ListAsync(default)).Id);
        Assert.Equal("\"v1\"", await asked.Task.WaitAsync(Waits.Longest));
    }

    [Fact]
    public async Task A_fresh_list_is_not_asked_for_again_and_an_old_one_is()
    {
        var hub = await StartAsync("[]");
        using var source = Source();
        await source.ListAsync(default);
        await source.ListAsync(default);
        Assert.Single(hub.Requests);

        var asked = new TaskCompletionSource();
        hub.Intercept = (_, _) =>
        {
            asked.TrySetResult();
            return Task.FromResult(false);
        };
        _time.Advance(RemoteCatalogSource.FreshFor);
        await source.ListAsync(default);
        await asked.Task.WaitAsync(Waits.Longest);
    }

    [Fact]
    public async Task A_server_that_is_down_hides_nothing_and_is_reported_once_with_its_address()
    {
        var url = new Uri("http://127.0.0.1:9/catalog.json");
        var logger = new RecordingLogger<ModelCatalog>();
        using var catalog = new ModelCatalog([new HttpCatalogSource(url, _folder["copies"], Options()), new FixedSource("b", FixedSource.Entry("m:1", "m"))], logger);

        Assert.Equal("m:1", Assert.Single(await catalog.ListAsync()).Id);
        await catalog.RefreshAsync();

        var problem = Assert.Single(catalog.Problems);
        Assert.Contains(url.Authority, problem.Source, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", problem.Reason, StringComparison.Ordinal);
        Assert.Single(logger.Messages);
    }

    [Fact]
    public async Task A_copy_serves_while_the_server_is_down_and_the_trouble_is_told()
    {
        var hub = await StartAsync("""{"models":[{"name":"m","uri":"azureml://m"}]}""");
        using (var source = Source())
            await source.ListAsync(default);
        Copies.Age(_folder["copies"]);
        var asked = new TaskCompletionSource();
        hub.Intercept = (context, _) =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            asked.TrySetResult();
            return Task.FromResult(true);
        };

        using var again = Source();
        Assert.Single(await again.ListAsync(default));
        await asked.Task.WaitAsync(Waits.Longest);
        while (again.Trouble is null)
            await Task.Yield();

        Assert.Contains("503", again.Trouble, StringComparison.Ordinal);
        Assert.Single(await again.ListAsync(default));
    }

    [Fact]
    public async Task A_fresh_list_is_asked_for_again_when_that_is_wanted()
    {
        var hub = await StartAsync("""[{"name":"old","uri":"azureml://m"}]""");
        using var catalog = new ModelCatalog([Source()], new RecordingLogger<ModelCatalog>());
        Assert.Equal("old", Assert.Single(await catalog.ListAsync()).Name);
        hub.Intercept = Answering("""[{"name":"new","uri":"azureml://m"}]""");
        Assert.Equal("old", Assert.Single(await catalog.RefreshAsync()).Name);

        Assert.Equal("new", Assert.Single(await catalog.UpdateAsync()).Name);
    }

    [Fact]
    public async Task Asking_in_vain_keeps_the_list_and_is_told()
    {
        var hub = await StartAsync("""[{"name":"old","uri":"azureml://m"}]""");
        using var catalog = new ModelCatalog([Source()], new RecordingLogger<ModelCatalog>());
        await catalog.ListAsync();
        hub.Intercept = (context, _) =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.FromResult(true);
        };

        Assert.Equal("old", Assert.Single(await catalog.UpdateAsync()).Name);
        Assert.Contains("404", Assert.Single(catalog.Problems).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_another_program_has_fetched_meanwhile_is_taken_over()
    {
        var hub = await StartAsync("""[{"name":"old","uri":"azureml://m"}]""");
        using var source = Source();
        Assert.Equal("old", Assert.Single(await source.ListAsync(default)).Name);
        hub.Intercept = Answering("""[{"name":"new","uri":"azureml://m"}]""");

        using (var other = new ModelCatalog([Source()], new RecordingLogger<ModelCatalog>()))
            await other.UpdateAsync();

        Assert.Equal("new", Assert.Single(await source.ListAsync(default)).Name);
    }

    [Fact]
    public async Task A_copy_another_program_has_just_refreshed_is_used_without_asking()
    {
        var hub = await StartAsync("""[{"name":"m","uri":"azureml://m"}]""");
        using (var source = Source())
            await source.ListAsync(default);
        var asked = hub.Requests.Count;

        using var again = Source();

        Assert.Single(await again.ListAsync(default));
        Assert.Equal(asked, hub.Requests.Count);
    }

    [Fact]
    public async Task A_server_another_program_waits_for_in_vain_is_left_alone_for_a_while()
    {
        var hub = await StartAsync("""[{"name":"m","uri":"azureml://m"}]""");
        using (var source = Source())
            await source.ListAsync(default);
        Copies.Age(_folder["copies"]);
        var reached = new TaskCompletionSource();
        hub.Intercept = (context, request) =>
        {
            reached.TrySetResult();
            return HangAsync(context, request);
        };
        await using (var waiting = Source(time: TimeProvider.System))
        {
            await waiting.ListAsync(default);
            await reached.Task.WaitAsync(Waits.Longest);
        }

        var asked = hub.Requests.Count;

        await using var again = Source();

        Assert.Single(await again.ListAsync(default));
        Assert.Equal(asked, hub.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_hangs_costs_a_moment_and_hides_nothing_on_the_disk()
    {
        var hub = await StartAsync("[]");
        hub.Intercept = HangAsync;
        var logger = new RecordingLogger<ModelCatalog>();
        _folder.AddModel("cache/Acme/here-1");
        var clock = new Clock();
        var catalog = new ModelCatalog([Source(time: clock), new FolderSource(_folder["cache"])], logger);
        var first = catalog.ListAsync();
        await clock.TimerAsync(HttpCatalogSource.FirstWait);
        clock.Advance(HttpCatalogSource.FirstWait);
        Assert.Equal("here:1", Assert.Single(await first).Id);

        // From here on the clock stands still: what waited a second time would not come back.
        async Task UseAsync()
        {
            Assert.Equal("here:1", (await catalog.FindAsync("here")).Id);
            await catalog.RefreshAsync();

            var problem = Assert.Single(catalog.Problems);
            Assert.Contains("catalog.json", problem.Source, StringComparison.Ordinal);
            Assert.Contains("has not answered within", problem.Reason, StringComparison.Ordinal);
            Assert.Single(logger.Messages);
            await catalog.DisposeAsync();
        }

        await UseAsync().WaitAsync(Waits.Longest);
    }

    [Fact]
    public async Task An_old_copy_is_used_at_once_while_the_server_hangs()
    {
        var hub = await StartAsync("""[{"name":"m","uri":"azureml://m"}]""");
        using (var source = Source())
            await source.ListAsync(default);
        Copies.Age(_folder["copies"]);
        hub.Intercept = HangAsync;
        using var again = Source(time: new Clock());

        Assert.Single(await again.ListAsync(default).WaitAsync(Waits.Longest));
        Assert.Null(again.Trouble);
    }

    [Fact]
    public async Task A_program_that_ends_leaves_the_next_one_the_list_that_was_on_its_way()
    {
        var hub = await StartAsync("""[{"name":"old","uri":"azureml://m"}]""");
        using (var source = Source())
            await source.ListAsync(default);
        Copies.Age(_folder["copies"]);
        var isEnding = new TaskCompletionSource();
        hub.Intercept = async (context, request) =>
        {
            await isEnding.Task;
            return await Answering("""[{"name":"new","uri":"azureml://m"}]""")(context, request);
        };
        var again = Source();
        Assert.Equal("old", Assert.Single(await again.ListAsync(default)).Name);

        var ending = again.DisposeAsync();
        isEnding.SetResult();
        await ending;

        using var next = Source(isOffline: true);
        Assert.Equal("new", Assert.Single(await next.ListAsync(default)).Name);
    }

    [Theory]
    [InlineData("<html>", "not JSON")]
    [InlineData("{\"models\":[{}]}", "'models[0].name' is missing")]
    public async Task A_wrong_answer_is_named(string answer, string reason)
    {
        await StartAsync(answer);
        using var source = Source();

        var refusal = await Assert.ThrowsAsync<IngotException>(() => source.ListAsync(default));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("catalog.json", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder["copies"], "*.catalog"));
    }

    [Fact]
    public async Task A_catalog_from_elsewhere_names_no_folder_of_this_machine()
    {
        await StartAsync("""[{"name":"m","uri":"local://m","path":"/etc"}]""");
        using var source = Source();

        Assert.Null(Assert.Single(await source.ListAsync(default)).LocalPath);
    }

    [Fact]
    public async Task Offline_only_the_copy_is_read()
    {
        var hub = await StartAsync("""[{"name":"m","uri":"azureml://m"}]""");
        using var offline = Source(isOffline: true);
        Assert.Empty(await offline.ListAsync(default));
        using (var source = Source())
            await source.ListAsync(default);
        var asked = hub.Requests.Count;

        using var again = Source(isOffline: true);

        Assert.Single(await again.ListAsync(default));
        Assert.Equal(asked, hub.Requests.Count);
    }

    [Fact]
    public async Task A_model_whose_files_the_catalog_lists_is_fetched_from_a_plain_server()
    {
        var hub = await StartAsync("");
        hub.AddModel();
        var files = hub.Files.Select(file => new { path = file.Key, size = file.Value.Length, sha256 = Convert.ToHexString(SHA256.HashData(file.Value)) });
        var json = JsonSerializer.Serialize(new[] { new { name = "plain", version = 2, publisher = "Acme", uri = new Uri(hub.Address, "storage?key=word").AbsoluteUri, files } });
        hub.Intercept = Answering(json);
        using var source = Source();
        var entry = Assert.Single(await source.ListAsync(default));
        hub.Intercept = null;
        var store = new ModelStore(_folder["cache"], Options());

        var path = await store.FetchAsync(entry, null);

        Assert.Equal(Path.Combine(store.Location, "Acme", "plain-2"), path);
        Assert.Equal(new Uri(hub.Address, "storage").AbsoluteUri, entry.Uri);
        Assert.All(hub.FileRequests, request => Assert.EndsWith("?key=word", request.Path, StringComparison.Ordinal));
        Assert.Equal(hub.Files["model.onnx.data"], File.ReadAllBytes(Path.Combine(path, "model.onnx.data")));
        Assert.Equal("plain:2", Assert.Single(await new FolderSource(store.Location).ListAsync(default)).Id);
    }

    [Fact]
    public async Task A_model_on_a_plain_server_without_hashes_is_refused()
    {
        var store = new ModelStore(_folder["cache"], Options());
        var entry = FixedSource.Entry("plain:2", "plain") with { Uri = "http://127.0.0.1:9/plain" };

        Assert.Contains("'files'", (await Assert.ThrowsAsync<IngotException>(() => store.FetchAsync(entry, null))).Message, StringComparison.Ordinal);
    }

    private static async Task<bool> HangAsync(HttpContext context, HubRequest request)
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
        return true;
    }

    private async Task<TestHub> StartAsync(string catalog)
    {
        _hub = await TestHub.StartAsync();
        _hub.Intercept = Answering(catalog);
        return _hub;
    }

    private static Func<HttpContext, HubRequest, Task<bool>> Answering(string catalog) => async (context, _) =>
    {
        context.Response.Headers.ETag = "\"v1\"";
        await context.Response.WriteAsync(catalog);
        return true;
    };

    private DownloadOptions Options(bool isOffline = false, TimeProvider? time = null) => new()
    {
        Offline = isOffline,
        RetryDelay = TimeSpan.FromMilliseconds(1),
        MaxRetries = 1,
        StallTime = Waits.Longest,
        Time = time ?? _time,
    };

    private HttpCatalogSource Source(bool isOffline = false, TimeProvider? time = null) =>
        new(new Uri(_hub!.Address, "catalog.json"), _folder["copies"], Options(isOffline, time));
}

using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Models.Download;
using Ingot.Models.Tests.Hub;
using Microsoft.AspNetCore.Http;

namespace Ingot.Models.Tests.Download;

/// <summary>What a sound hub gives, and how its refusals are worded.</summary>
public sealed class HubDownloadTests
{
    [Fact]
    public async Task A_repository_becomes_a_model_folder()
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Hub.Files["README.md"] = TestHub.Bytes(100, 9);
        bench.Hub.Files[".gitattributes"] = TestHub.Bytes(100, 9);
        bench.Hub.Files["inference_model.json"] = "{\"Name\":\"phi-4:1\"}"u8.ToArray();
        bench.Hub.Files["onnx/other.onnx"] = TestHub.Bytes(100, 9);

        var path = await bench.FetchAsync();

        foreach (var name in new[] { "README.md", ".gitattributes", "inference_model.json", "onnx/other.onnx" })
            bench.Hub.Files.TryRemove(name, out _);
        bench.AssertWhole(path);
        Assert.All(bench.Hub.FileRequests, request => Assert.Contains(TestHub.Commit, request.Path, StringComparison.Ordinal));
        var found = Assert.Single(await new FolderSource(bench.Store.Location).ListAsync(default));
        Assert.Equal(("acme--tiny:0", "tiny", "hf:acme/tiny", "acme", path), (found.Id, found.Alias, found.Uri, found.Publisher, found.LocalPath));
        Assert.Equal(2048, found.ContextLength);
        Assert.Contains("\"acme--tiny:0\"", File.ReadAllText(Path.Combine(path, "inference_model.json")), StringComparison.Ordinal);
        Assert.True(bench.Store.IsCached(bench.Entry));
    }

    [Fact]
    public async Task Large_files_come_in_several_ranges_and_none_twice()
    {
        await using var bench = await DownloadBench.CreateAsync(500_000);

        bench.AssertWhole(await bench.FetchAsync());

        Assert.Equal(8, bench.Hub.FileRequests.Count(request => request.Path.EndsWith("model.onnx.data", StringComparison.Ordinal)));
        Assert.Equal(bench.Hub.Files.Values.Sum(content => content.LongLength), bench.Hub.SentBytes);
    }

    [Fact]
    public async Task A_model_that_is_here_is_not_asked_for()
    {
        await using var bench = await DownloadBench.CreateAsync();
        await bench.FetchAsync();
        var asked = bench.Hub.Requests.Count;
        bench.Reports.Clear();

        bench.AssertWhole(await bench.FetchAsync());

        Assert.Equal(asked, bench.Hub.Requests.Count);
    }

    [Fact]
    public async Task A_list_of_many_pages_is_read_to_its_end()
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Hub.PageSize = 1;

        bench.AssertWhole(await bench.FetchAsync());
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_never_to_where_it_redirects()
    {
        await using var bench = await DownloadBench.CreateAsync();
        await using var storage = await TestHub.StartAsync();
        foreach (var (name, content) in bench.Hub.Files)
            storage.Files[name] = content;
        bench.Hub.Storage = storage.Address;
        bench.Options = bench.Options with { HubToken = new HubToken("hf_secret") };

        bench.AssertWhole(await bench.FetchAsync());

        Assert.All(bench.Hub.Requests, request => Assert.Equal("Bearer hf_secret", request.Authorization));
        Assert.NotEmpty(storage.Requests);
        Assert.All(storage.Requests, request => Assert.Equal("", request.Authorization));
        Assert.DoesNotContain("secret", bench.Options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_expires_is_asked_for_again()
    {
        await using var bench = await DownloadBench.CreateAsync(500_000);
        await using var storage = await TestHub.StartAsync();
        foreach (var (name, content) in bench.Hub.Files)
            storage.Files[name] = content;
        bench.Hub.Storage = storage.Address;
        var asked = 0;
        storage.Intercept = async (context, _) =>
        {
            if (Interlocked.Increment(ref asked) % 3 != 0)
                return false;
            await TestHub.RefuseAsync(context, StatusCodes.Status403Forbidden, "Expired");
            return true;
        };
        // One connection, so that a fresh address is never the one that is refused.
        bench.Options = bench.Options with { Connections = 1 };

        bench.AssertWhole(await bench.FetchAsync());
    }

    [Theory]
    [InlineData(401, "GatedRepo", false, ErrorCode.DownloadFailed, "HF_TOKEN")]
    [InlineData(403, "GatedRepo", true, ErrorCode.DownloadFailed, "the token in use is of that account")]
    [InlineData(401, "RepoNotFound", false, ErrorCode.ModelNotFound, "check the spelling")]
    [InlineData(404, "RepoNotFound", true, ErrorCode.ModelNotFound, "the token in use is valid")]
    [InlineData(404, "RevisionNotFound", false, ErrorCode.ModelNotFound, "no revision 'main'")]
    [InlineData(418, "", false, ErrorCode.DownloadFailed, "answered 418")]
    public async Task A_refusal_says_what_to_do(int status, string code, bool hasToken, ErrorCode expected, string advice)
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Options = bench.Options with { HubToken = hasToken ? new HubToken("hf_secret") : null };
        bench.Hub.Intercept = async (context, _) =>
        {
            await TestHub.RefuseAsync(context, status, code);
            return true;
        };

        var refusal = await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync());

        Assert.Equal(expected, refusal.Code);
        Assert.Contains(advice, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(bench.Hub.Address.Authority, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_secret", refusal.Message, StringComparison.Ordinal);
        bench.AssertNothingInTheCache();
    }

    [Fact]
    public async Task A_file_behind_a_gate_says_what_to_do()
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Hub.Intercept = async (context, request) =>
        {
            if (!request.Path.Contains("/resolve/", StringComparison.Ordinal))
                return false;
            await TestHub.RefuseAsync(context, StatusCodes.Status403Forbidden, "GatedRepo");
            return true;
        };

        Assert.Contains("in a browser", (await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_with_several_models_asks_which_and_takes_the_one_that_is_named()
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Hub.Files.Clear();
        bench.Hub.AddModel(5000, "cpu/int4/").AddModel(5000, "cuda/");

        var refusal = await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync());
        Assert.Contains("hf:acme/tiny:cpu/int4, hf:acme/tiny:cuda", refusal.Message, StringComparison.Ordinal);

        bench.Entry = HubReference.Parse("hf:acme/tiny:cpu/int4").ToEntry();
        var path = await bench.FetchAsync();
        Assert.Equal(bench.Hub.Files["cpu/int4/model.onnx"], File.ReadAllBytes(Path.Combine(path, "model.onnx")));
    }

    [Fact]
    public async Task The_only_model_of_a_repository_is_found_wherever_it_lies()
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Hub.Files.Clear();
        bench.Hub.AddModel(5000, "onnx/cpu/");

        Assert.True(File.Exists(Path.Combine(await bench.FetchAsync(), "genai_config.json")));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_named()
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Entry = HubReference.Parse("hf:acme/tiny:gpu").ToEntry();

        Assert.Contains("'gpu'", (await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_without_a_model_is_refused_before_anything_is_fetched()
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Hub.Files.TryRemove("genai_config.json", out _);

        Assert.Equal(ErrorCode.ModelUnsupported, (await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync())).Code);
        Assert.Empty(bench.Hub.FileRequests);
    }

    [Fact]
    public async Task Offline_nothing_is_asked()
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Options = bench.Options with { Offline = true };

        var refusal = await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync());

        Assert.Equal(ErrorCode.DownloadFailed, refusal.Code);
        Assert.Contains("offline", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(bench.Hub.Requests);
    }

    [Fact]
    public async Task A_checkpoint_is_compiled_on_arrival_under_one_progress()
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Hub.Files.Clear();
        bench.Hub.Files["config.json"] = "{}"u8.ToArray();
        bench.Hub.Files["model.safetensors"] = TestHub.Bytes(200_000, 4);
        bench.Hub.Files["pytorch_model.bin"] = TestHub.Bytes(200_000, 5);
        var compiler = new FakeCompiler();
        bench.Compiler = compiler;

        var path = await bench.FetchAsync();

        Assert.Equal(["config.json", "model.safetensors"], compiler.Seen);
        Assert.Equal(["genai_config.json", "inference_model.json", "ingot_manifest.json"], Directory.EnumerateFiles(path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(bench.Place.Staging));
        Assert.Equal(bench.Reports.Select(report => report.Percent).Order(), bench.Reports.Select(report => report.Percent));
        Assert.Contains(bench.Reports, report => report.Percent is > 80 and < 90);
        Assert.Equal(100, bench.Reports[^1].Percent);
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_compiled_is_refused_before_its_weights_are_fetched()
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Hub.Files.Clear();
        bench.Hub.Files["config.json"] = "{}"u8.ToArray();
        bench.Hub.Files["model.safetensors"] = new byte[17 << 20];

        Assert.Equal(ErrorCode.UnsupportedValue, (await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync())).Code);
        bench.Compiler = new FakeCompiler { Fault = new IngotException(ErrorCode.ModelUnsupported, "config.json: 'architectures' is not known.") };
        Assert.Equal(ErrorCode.ModelUnsupported, (await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync())).Code);
        Assert.Equal(["config.json"], bench.Hub.FileRequests.Select(request => request.Path[(request.Path.LastIndexOf('/') + 1)..]));
    }

    private sealed class FakeCompiler : ICheckpointCompiler
    {
        public IngotException? Fault { get; init; }

        public List<string> Seen { get; } = [];

        public void Check(string checkpointFolder)
        {
            if (Fault is not null)
                throw Fault;
        }

        public Task CompileAsync(string checkpointFolder, string modelFolder, IProgress<double> percent, CancellationToken cancellationToken)
        {
            Seen.AddRange(Directory.EnumerateFiles(checkpointFolder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
            percent.Report(50);
            Directory.CreateDirectory(modelFolder);
            File.WriteAllText(Path.Combine(modelFolder, "genai_config.json"), "{}");
            percent.Report(100);
            return Task.CompletedTask;
        }
    }
}

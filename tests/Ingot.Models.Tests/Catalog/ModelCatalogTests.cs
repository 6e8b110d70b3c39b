using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Testing;

namespace Ingot.Models.Tests.Catalog;

public sealed class ModelCatalogTests
{
    private readonly RecordingLogger<ModelCatalog> _logger = new();
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData("phi-4-mini")]
    [InlineData("PHI-4-MINI")]
    [InlineData("Phi-4-mini-instruct-generic-cpu")]
    [InlineData("phi-4-mini-instruct-generic-CPU:5")]
    public async Task A_model_is_found_by_alias_name_or_id_whatever_the_case(string wanted)
    {
        using var catalog = Catalog(new FixedSource("a",
            FixedSource.Entry("Phi-4-mini-instruct-generic-cpu:5", "phi-4-mini"),
            FixedSource.Entry("other:1", "other")));

        Assert.Equal("Phi-4-mini-instruct-generic-cpu:5", (await catalog.FindAsync(wanted)).Id);
    }

    [Fact]
    public async Task An_alias_means_the_newest_variant_this_machine_runs()
    {
        using var catalog = Catalog(new FixedSource("a",
            FixedSource.Entry("m-generic-cpu:9", "m"),
            FixedSource.Entry("m-cuda-gpu:12", "m", ModelDevice.GPU),
            FixedSource.Entry("m-generic-cpu:10", "m")));

        Assert.Equal("m-generic-cpu:10", (await catalog.FindAsync("m")).Id);
    }

    [Fact]
    public async Task A_variant_whose_files_are_here_comes_before_a_newer_one_elsewhere()
    {
        using var catalog = Catalog(new FixedSource("a",
            FixedSource.Entry("m-generic-cpu:1", "m", path: "/models/m"),
            FixedSource.Entry("m-generic-cpu:2", "m")));

        Assert.Equal("m-generic-cpu:1", (await catalog.FindAsync("m")).Id);
        Assert.Equal("m-generic-cpu:2", (await catalog.FindAsync("m-generic-cpu:2")).Id);
    }

    [Fact]
    public async Task Variants_are_listed_by_what_runs_here_then_by_kind_of_device()
    {
        ModelEntry Entry(string id, ModelDevice device, string provider) => FixedSource.Entry(id, "m", device) with { ExecutionProvider = provider };
        using var catalog = Catalog(new FixedSource("a",
            Entry("m-odd:1", ModelDevice.Invalid, "OddExecutionProvider"),
            Entry("m-openvino-cpu:1", ModelDevice.CPU, "OpenVINOExecutionProvider"),
            Entry("m-generic-gpu:1", ModelDevice.GPU, "WebGpuExecutionProvider"),
            Entry("m-generic-cpu:1", ModelDevice.CPU, "CPUExecutionProvider"),
            Entry("m-cuda-gpu:1", ModelDevice.GPU, "CUDAExecutionProvider"),
            Entry("m-trtrtx-gpu:1", ModelDevice.GPU, "NvTensorRTRTXExecutionProvider"),
            Entry("m-cuda-gpu:2", ModelDevice.GPU, "CUDAExecutionProvider"),
            Entry("m-qnn-npu:1", ModelDevice.NPU, "QNNExecutionProvider")));

        Assert.Equal(
            ["m-generic-cpu:1", "m-qnn-npu:1", "m-trtrtx-gpu:1", "m-cuda-gpu:2", "m-cuda-gpu:1", "m-generic-gpu:1", "m-openvino-cpu:1", "m-odd:1"],
            (await catalog.ListAsync()).Select(entry => entry.Id));
        Assert.Equal("m-generic-cpu:1", (await catalog.FindAsync("m")).Id);
    }

    [Fact]
    public async Task Of_variants_that_do_not_run_here_the_one_on_the_disk_comes_after_one_that_runs()
    {
        using var catalog = Catalog(new FixedSource("a",
            FixedSource.Entry("m-cuda-gpu:3", "m", ModelDevice.GPU, "/models/gpu"),
            FixedSource.Entry("m-generic-cpu:1", "m")));

        Assert.Equal("m-generic-cpu:1", (await catalog.FindAsync("m")).Id);
    }

    [Fact]
    public async Task A_source_that_fails_again_after_it_had_recovered_is_logged_again()
    {
        var source = new FixedSource("/catalogs/c.json") { Fault = "It is broken." };
        using var catalog = Catalog(source);
        await catalog.RefreshAsync();
        source.Fault = "It is broken in another way.";
        await catalog.RefreshAsync();
        Assert.Single(_logger.Messages);

        source.Fault = null;
        await catalog.RefreshAsync();
        source.Fault = "It is broken.";
        await catalog.RefreshAsync();
        Assert.Equal(2, _logger.Messages.Count);
    }

    [Fact]
    public async Task An_alias_no_cpu_variant_has_still_means_something()
    {
        using var catalog = Catalog(new FixedSource("a", FixedSource.Entry("m-qnn-npu:1", "m", ModelDevice.NPU)));

        Assert.False((await catalog.FindAsync("m")).IsRunnable);
    }

    [Fact]
    public async Task The_first_source_describes_and_a_later_one_says_where_the_files_are()
    {
        using var catalog = Catalog(
            new FixedSource("a", FixedSource.Entry("m:1", "family") with { License = "MIT" }),
            new FixedSource("b", FixedSource.Entry("M:1", "m", path: "/cache/m") with { License = "other" }));

        var entry = Assert.Single(await catalog.ListAsync());
        Assert.Equal(("family", "MIT", "/cache/m"), (entry.Alias, entry.License, entry.LocalPath));
    }

    [Theory]
    [InlineData("ingot-tiny-caht", "ingot-tiny-chat")]
    [InlineData("tiny", "ingot-tiny-chat")]
    [InlineData("qwen2.5-05b", "qwen2.5-0.5b")]
    public async Task A_name_nobody_has_is_answered_with_near_ones(string wanted, string near)
    {
        using var catalog = Catalog(new FixedSource("a",
            FixedSource.Entry("ingot-tiny-chat:1", "ingot-tiny-chat"), FixedSource.Entry("Qwen2.5-0.5B-generic-cpu:3", "qwen2.5-0.5b")));

        var refusal = await Assert.ThrowsAsync<IngotException>(() => catalog.FindAsync(wanted));

        Assert.Equal(ErrorCode.ModelNotFound, refusal.Code);
        Assert.Equal("model", refusal.Param);
        Assert.Contains($"did you mean {near}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("foundry model list", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_of_several_names_is_answered_with_all_of_those_up_to_ten()
    {
        using var catalog = Catalog(new FixedSource("a",
            [.. Enumerable.Range(10, 12).Select(number => FixedSource.Entry($"phi-{number}-generic-cpu:1", $"phi-{number}")), FixedSource.Entry("llama:1", "llama")]));

        var refusal = await Assert.ThrowsAsync<IngotException>(() => catalog.FindAsync("PHI"));

        Assert.StartsWith("There is no model 'PHI', but several that have it in their names: phi-10, phi-11, ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("phi-19 and 2 more.", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("llama", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_like_no_other_gets_no_suggestion()
    {
        using var catalog = Catalog(new FixedSource("a", FixedSource.Entry("ingot-tiny-chat:1", "ingot-tiny-chat")));

        var refusal = await Assert.ThrowsAsync<IngotException>(() => catalog.FindAsync(new string('x', 100_000)));

        Assert.DoesNotContain("did you mean", refusal.Message, StringComparison.Ordinal);
        Assert.True(refusal.Message.Length < 1000);
    }

    [Fact]
    public async Task A_broken_source_hides_no_other_and_is_logged_once()
    {
        var broken = new FixedSource("/catalogs/broken.json") { Fault = "/catalogs/broken.json is not valid JSON: line 3, byte 5." };
        using var catalog = Catalog(broken, new FixedSource("b", FixedSource.Entry("m:1", "m")));

        Assert.Equal("m:1", Assert.Single(await catalog.ListAsync()).Id);
        await catalog.RefreshAsync();

        Assert.Equal(new CatalogProblem("/catalogs/broken.json", broken.Fault!), Assert.Single(catalog.Problems));
        Assert.Contains("line 3", Assert.Single(_logger.Messages), StringComparison.Ordinal);

        broken.Fault = null;
        await catalog.RefreshAsync();
        Assert.Empty(catalog.Problems);
    }

    [Fact]
    public async Task The_list_is_kept_for_a_while_and_read_again_on_a_miss()
    {
        var source = new FixedSource("a", FixedSource.Entry("m:1", "m"));
        using var catalog = Catalog(source);
        await catalog.FindAsync("m");
        await catalog.FindAsync("m");
        Assert.Equal(1, source.Listings);

        source.Entries.Add(FixedSource.Entry("n:1", "n"));
        Assert.Equal("n:1", (await catalog.FindAsync("n")).Id);
        Assert.Equal(2, source.Listings);

        _time.Advance(ModelCatalog.FreshFor);
        await catalog.ListAsync();
        Assert.Equal(3, source.Listings);
    }

    [Fact]
    public async Task A_folder_named_by_path_joins_the_catalog()
    {
        using var folder = new TemporaryFolder();
        var path = folder.AddModel("my-model");
        var twin = folder.AddModel("elsewhere/my-model");
        using var catalog = Catalog(new FixedSource("a"));

        var opened = await catalog.FindOrOpenAsync(path + Path.DirectorySeparatorChar);
        var again = await catalog.FindOrOpenAsync(path);
        var other = await catalog.FindOrOpenAsync(twin);

        Assert.Equal("my-model:0", opened.Id);
        Assert.Equal(path, opened.LocalPath);
        Assert.Equal(opened, again);
        Assert.Equal("my-model:1", other.Id);
        Assert.Equal(twin, (await catalog.FindAsync("my-model:1")).LocalPath);
    }

    [Fact]
    public async Task A_path_is_never_opened_by_plain_look_up()
    {
        using var folder = new TemporaryFolder();
        var path = folder.AddModel("my-model");
        using var catalog = Catalog(new FixedSource("a"));

        Assert.Equal(ErrorCode.ModelNotFound, (await Assert.ThrowsAsync<IngotException>(() => catalog.FindAsync(path))).Code);
    }

    [Fact]
    public async Task A_folder_that_is_no_model_is_refused_by_its_path()
    {
        using var folder = new TemporaryFolder();
        using var catalog = Catalog(new FixedSource("a"));

        var refusal = await Assert.ThrowsAsync<IngotException>(() => catalog.FindOrOpenAsync(folder.Path));

        Assert.Equal(ErrorCode.ModelInvalid, refusal.Code);
        Assert.Contains("genai_config.json", refusal.Message, StringComparison.Ordinal);
    }

    private ModelCatalog Catalog(params ICatalogSource[] sources) => new(sources, _logger, _time);
}

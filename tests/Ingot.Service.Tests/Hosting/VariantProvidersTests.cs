using Ingot.Models.Catalog;
using Ingot.Service.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Service.Tests.Hosting;

/// <summary>What variants of a model a machine runs, with which provider, and which of them a name means there.</summary>
public sealed class VariantProvidersTests
{
    private static readonly ModelEntry[] Family =
    [
        Entry("m-generic-cpu:4", ModelDevice.CPU, "CPUExecutionProvider"),
        Entry("m-generic-gpu:4", ModelDevice.GPU, "WebGpuExecutionProvider"),
        Entry("m-cuda-gpu:3", ModelDevice.GPU, "CUDAExecutionProvider"),
        Entry("m-trtrtx-gpu:2", ModelDevice.GPU, "NvTensorRTRTXExecutionProvider"),
        Entry("m-openvino-cpu:1", ModelDevice.CPU, "OpenVINOExecutionProvider"),
        Entry("m-qnn-npu:5", ModelDevice.NPU, "QNNExecutionProvider"),
    ];

    [Theory]
    [InlineData("", "m-generic-cpu:4")]
    [InlineData("webgpu", "m-generic-gpu:4")]
    [InlineData("dml", "m-generic-gpu:4")]
    [InlineData("cuda", "m-cuda-gpu:3")]
    [InlineData("cuda webgpu", "m-cuda-gpu:3")]
    [InlineData("cuda nvtensorrtrtx", "m-trtrtx-gpu:2")]
    [InlineData("openvino", "m-openvino-cpu:1")]
    [InlineData("qnn cuda", "m-qnn-npu:5")]
    public async Task An_alias_means_the_best_variant_whose_provider_is_here_and_else_the_one_for_any_processor(string here, string id)
    {
        VariantProviders machine = With(here);
        using var catalog = new ModelCatalog([new FixedSource(Family)], NullLogger<ModelCatalog>.Instance, runs: entry => machine.ObstacleOf(entry) is null);

        ModelEntry meant = await catalog.FindAsync("m");

        Assert.Equal((id, true), (meant.Id, meant.IsRunnable));
    }

    [Fact]
    public async Task Of_what_runs_here_what_is_on_the_disk_comes_first()
    {
        VariantProviders machine = With("cuda");
        ModelEntry[] family = [.. Family.Select(entry => entry.Id is "m-generic-cpu:4" or "m-qnn-npu:5" ? entry with { LocalPath = "/models/m" } : entry)];
        using var catalog = new ModelCatalog([new FixedSource(family)], NullLogger<ModelCatalog>.Instance, runs: entry => machine.ObstacleOf(entry) is null);

        Assert.Equal("m-generic-cpu:4", (await catalog.FindAsync("m")).Id);
        Assert.Equal(["m-generic-cpu:4", "m-cuda-gpu:3", "m-generic-gpu:4"], (await catalog.ListAsync()).Where(entry => entry.IsRunnable).Select(entry => entry.Id));
    }

    [Fact]
    public async Task A_variant_that_is_named_is_found_whether_or_not_it_runs_and_says_why_it_does_not()
    {
        VariantProviders machine = With("");
        using var catalog = new ModelCatalog([new FixedSource(Family)], NullLogger<ModelCatalog>.Instance, runs: entry => machine.ObstacleOf(entry) is null);

        ModelEntry named = await catalog.FindAsync("m-cuda-gpu:3"), byName = await catalog.FindAsync("m-qnn-npu");

        Assert.Equal(("m-cuda-gpu:3", false, "m-qnn-npu:5", false), (named.Id, named.IsRunnable, byName.Id, byName.IsRunnable));
        Assert.Equal("It was made for 'cuda', which is away.", machine.ObstacleOf(named));
        Assert.Equal("It was made for 'cuda' or 'dml' or 'webgpu', which is away.", machine.ObstacleOf(Family[1]));
        Assert.Null(machine.ObstacleOf(Family[0]));
    }

    [Theory]
    [InlineData("m-cuda-gpu:1", "cuda")]
    [InlineData("m-trtrtx-gpu:1", "nvtensorrtrtx")]
    [InlineData("m-openvino-npu:1", "openvino")]
    [InlineData("m-qnn-npu:1", "qnn")]
    [InlineData("m-vitis-npu:1", "vitisai")]
    public void Where_a_catalog_names_no_provider_the_models_name_does(string id, string provider)
    {
        ModelEntry entry = Entry(id, ModelDevice.NPU, "CPUExecutionProvider");

        Assert.Null(With(provider).ObstacleOf(entry));
        Assert.Contains($"'{provider}'", With("").ObstacleOf(entry), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda webgpu", "m-generic-gpu:1", "webgpu", "cuda")]
    [InlineData("webgpu", "m-generic-gpu:1", "", "webgpu")]
    [InlineData("cuda webgpu", "m-cuda-gpu:1", "cuda", "cuda")]
    [InlineData("cuda", "m-cuda-gpu:1", "", "cuda")]
    [InlineData("cuda", "m-generic-cpu:1", "cpu", "cpu")]
    [InlineData("cuda", "m-generic-cpu:1", "CUDA", "cuda")]
    [InlineData("", "m-generic-cpu:1", "cpu", "cpu")]
    public void What_computes_follows_from_what_the_model_was_made_for(string here, string id, string wanted, string provider)
    {
        bool isGraphics = id.Contains("gpu", StringComparison.Ordinal);
        ModelEntry entry = Entry(id, isGraphics ? ModelDevice.GPU : ModelDevice.CPU, isGraphics ? "CUDAExecutionProvider" : "CPUExecutionProvider");

        Assert.Equal((provider, ""), With(here).Choose(entry, Words(wanted)));
    }

    [Fact]
    public void Where_the_processor_stands_in_that_is_said()
    {
        (string provider, string preface) = With("webgpu").Choose(Entry("m:1"), ["cuda"]);

        Assert.Equal("cpu", provider);
        Assert.Equal("It was made for 'cuda', which is away. The processor computes instead.", preface);
    }

    [Theory]
    [InlineData("cuda", "", false)]
    [InlineData("cuda", "/dev/nvidiactl", true)]
    [InlineData("nvtensorrtrtx", "/dev/dri/renderD128", false)]
    [InlineData("webgpu", "", false)]
    [InlineData("webgpu", "/dev/dri/renderD129", true)]
    [InlineData("webgpu", "/dev/dxg", true)]
    [InlineData("openvino", "", true)]
    public void A_provider_without_a_device_is_not_here(string provider, string file, bool isHere) =>
        Assert.Equal(isHere, ProviderDevices.WhyMissing(provider, path => path == file, isLinux: true) is null);

    internal static ModelEntry Entry(string id, ModelDevice device = ModelDevice.CPU, string provider = "CPUExecutionProvider")
    {
        string[] parts = id.Split(':');
        return new ModelEntry
        {
            Name = parts[0],
            Version = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture),
            Alias = "m",
            Uri = $"local://{parts[0]}",
            DeviceType = device,
            ExecutionProvider = provider,
        };
    }

    private static VariantProviders With(string here) => new(name => Words(here).Contains(name) ? null : "which is away.");

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

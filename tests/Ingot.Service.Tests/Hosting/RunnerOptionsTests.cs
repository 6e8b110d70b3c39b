using Ingot.Engine.Acceleration;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Running;
using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Service.Hosting;
using Ingot.Testing;

namespace Ingot.Service.Tests.Hosting;

public sealed class RunnerOptionsTests
{
    private static readonly ModelFolder Shipped = ModelFolder.Open(ShippedModel.Folder);

    [Theory]
    [InlineData("m-generic-cpu:1")]
    [InlineData("m:1")]
    public void Where_nobody_says_the_processor_computes(string id)
    {
        var runtime = ModelLoader.RuntimeOf(VariantProvidersTests.Entry(id), null, RunnerPreference.Auto, fallback: false, Shipped);

        Assert.Null(runtime.Target);
        Assert.Equal((RunnerPreference.Auto, false), (runtime.Runner, runtime.FallBackToCpu));
    }

    [Fact]
    public void Who_asks_for_our_own_runner_asks_for_the_processor()
    {
        var runtime = ModelLoader.RuntimeOf(VariantProvidersTests.Entry("m-generic-gpu:1", ModelDevice.GPU, "WebGpuExecutionProvider"), null, RunnerPreference.Ingot, fallback: false, Shipped);

        Assert.Null(runtime.Target);
    }

    [Theory]
    [InlineData("cuda", "CUDA", "device_id")]
    [InlineData("dml", "DML", "device_id")]
    [InlineData("openvino", "OpenVINO", null)]
    public void A_provider_is_told_which_device_where_it_takes_a_number(string name, string library, string? option)
    {
        var target = ExecutionProviders.TargetOf(name, 3);

        Assert.Equal((name, library), (target!.Name, target.LibraryName));
        Assert.Equal(option is null ? [] : [KeyValuePair.Create(option, "3")], target.Options);
        Assert.Null(ExecutionProviders.TargetOf("cpu", 3));
    }

    [Theory]
    [InlineData(null, AccelerationPreference.Never)]
    [InlineData("Never", AccelerationPreference.Never)]
    [InlineData("auto", AccelerationPreference.Auto)]
    public void Options_say_whether_wide_steps_may_be_accelerated(string? word, AccelerationPreference expected)
    {
        var environment = new Dictionary<string, string> { ["HOME"] = Path.GetTempPath() };
        if (word is not null)
            environment["INGOT_ACCELERATION"] = word;

        Assert.Equal(expected, IngotOptions.Load(environment: environment).Acceleration);
        environment["INGOT_ACCELERATION"] = "always";
        Assert.Contains("never, auto", Assert.Throws<IngotException>(() => IngotOptions.Load(environment: environment)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_name_the_runner_and_whether_the_processor_may_stand_in()
    {
        var options = IngotOptions.Load(environment: new Dictionary<string, string> { ["HOME"] = Path.GetTempPath(), ["INGOT_RUNNER"] = "OnnxRuntime", ["INGOT_PROVIDER_FALLBACK"] = "true" });

        Assert.Equal((RunnerPreference.OnnxRuntime, true), (options.Runner, options.ProviderFallback));
    }
}

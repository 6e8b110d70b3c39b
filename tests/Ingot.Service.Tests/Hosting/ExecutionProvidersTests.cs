using Ingot.Errors;
using Ingot.Service.Hosting;

namespace Ingot.Service.Tests.Hosting;

public sealed class ExecutionProvidersTests
{
    [Theory]
    [InlineData("cpu", "cpu")]
    [InlineData(" CPU ", "cpu")]
    [InlineData("CPUExecutionProvider", "cpu")]
    [InlineData("cudaexecutionprovider", "cuda")]
    [InlineData("DmlExecutionProvider", "dml")]
    [InlineData("DirectML", "dml")]
    [InlineData("WebGPU", "webgpu")]
    [InlineData("QNNExecutionProvider", "qnn")]
    [InlineData("NvTensorRTRTXExecutionProvider", "nvtensorrtrtx")]
    [InlineData("ExecutionProvider", null)]
    [InlineData("gpu", null)]
    public void Names_are_read_in_every_spelling(string name, string? provider) => Assert.Equal(provider, ExecutionProviders.Find(name)?.Name);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("CpuExecutionProvider")]
    public void The_processor_is_there_and_what_nobody_names(string? name) => Assert.Equal("CPUExecutionProvider", ExecutionProviders.Require(name).RuntimeName);

    [Fact]
    public void A_known_provider_that_is_not_here_is_refused_with_what_is_and_how_to_get_it()
    {
        var refusal = Assert.Throws<IngotException>(() => ExecutionProviders.Require("CUDAExecutionProvider"));

        Assert.Equal((ErrorCode.UnsupportedValue, "ep"), (refusal.Code, refusal.Param));
        Assert.Contains("this machine has 'cpu'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("a build of ONNX Runtime with 'cuda'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_provider_is_refused_with_those_that_are_known()
    {
        var refusal = Assert.Throws<IngotException>(() => ExecutionProviders.Require(new string('x', 5000)));

        Assert.Equal((ErrorCode.UnsupportedValue, "ep"), (refusal.Code, refusal.Param));
        Assert.Contains("'cuda', 'dml', 'webgpu', 'qnn'", refusal.Message, StringComparison.Ordinal);
        Assert.InRange(refusal.Message.Length, 50, 400);
    }
}

using Ingot.Engine.ModelFolders;
using Ingot.Engine.Running;
using Ingot.Errors;
using Ingot.OnnxRuntime;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests.Sessions;

public sealed class RunnerChoiceTests : IDisposable
{
    private static readonly ExecutionTarget Cuda = new("cuda", "CUDA", new Dictionary<string, string> { ["device_id"] = "0" });
    private static readonly Lazy<OnnxRuntimeSearch> Nowhere = new(() => OnnxRuntimeSearch.Absent("It is not installed."));

    private readonly TemporaryFolder _scratch = new();

    [Fact]
    public void Our_own_executor_runs_what_it_covers_and_does_not_even_look_for_the_other()
    {
        var search = new Lazy<OnnxRuntimeSearch>(() => throw new InvalidOperationException("Nobody is to look."));

        using InferenceEngine engine = Load(Covered(), new RuntimeOptions { Library = search });

        Assert.Equal(("ingot", "cpu"), (engine.Runner.Runner, engine.Runner.Provider));
        Assert.Contains("covers the graph", engine.Runner.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_does_not_cover_is_left_to_the_other_and_the_reason_names_the_operator()
    {
        using InferenceEngine engine = Load(Plain(), new RuntimeOptions { Library = Here() });

        Assert.Equal("onnxruntime", engine.Runner.Runner);
        Assert.Contains("does not run it", engine.Runner.Reason, StringComparison.Ordinal);
        Assert.Contains("node '/", engine.Runner.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_library_the_refusal_says_both_what_is_missing_and_why()
    {
        IngotException refusal = Assert.Throws<IngotException>(() => Load(Plain(), new RuntimeOptions { Library = Nowhere }));

        Assert.Equal(ErrorCode.ModelUnsupported, refusal.Code);
        Assert.Contains("Concat node", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("It is not installed.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_asks_for_the_one_does_not_get_the_other()
    {
        Assert.DoesNotContain("ONNX Runtime", Refusal(Plain(), new RuntimeOptions { Runner = RunnerPreference.Ingot, Library = Nowhere }).Message, StringComparison.Ordinal);
        Assert.Contains("It is not installed", Refusal(Covered(), new RuntimeOptions { Runner = RunnerPreference.OnnxRuntime, Library = Nowhere }).Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.InvalidValue, Refusal(Covered(), new RuntimeOptions { Runner = RunnerPreference.Ingot, Target = Cuda, Library = Nowhere }).Code);

        using InferenceEngine engine = Load(Covered(), new RuntimeOptions { Runner = RunnerPreference.OnnxRuntime, Library = Here() });
        Assert.Equal("onnxruntime", engine.Runner.Runner);
    }

    [Fact]
    public void A_provider_that_fails_fails_the_load_unless_the_cpu_may_stand_in()
    {
        var runtime = new RuntimeOptions { Target = Cuda, Library = Here() };

        IngotException refusal = Refusal(Covered(), runtime);
        using InferenceEngine engine = Load(Covered(), runtime with { FallBackToCpu = true });

        Assert.Contains("CUDA", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(("ingot", "cpu"), (engine.Runner.Runner, engine.Runner.Provider));
        Assert.Contains("'cuda' failed", engine.Runner.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_model_was_made_for_is_said_before_the_reason_and_before_a_refusal()
    {
        const string Preface = "It was made for 'qnn', which is not here. The processor computes instead.";
        var runtime = new RuntimeOptions { Library = Nowhere, Preface = Preface };

        using InferenceEngine engine = Load(Covered(), runtime);
        IngotException refusal = Refusal(Plain(), runtime);
        RunnerFacts forecast = RunnerForecast.Of(Plain(), runtime);

        Assert.Equal($"{Preface} Ingot's own executor covers the graph.", engine.Runner.Reason);
        Assert.StartsWith($"{Preface} ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Concat node", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("", forecast.Runner);
        Assert.StartsWith($"{Preface} Ingot's own executor does not run it:", forecast.Reason, StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();

    private static Lazy<OnnxRuntimeSearch> Here()
    {
        Native.Library();
        return new Lazy<OnnxRuntimeSearch>(() => NativeRuntime.Search);
    }

    private static IngotException Refusal(ModelFolder folder, RuntimeOptions runtime) => Assert.Throws<IngotException>(() => Load(folder, runtime));

    private static InferenceEngine Load(ModelFolder folder, RuntimeOptions runtime) =>
        InferenceEngine.Load(folder, new EngineOptions { Runtime = runtime, MaxSequences = 2 }, NullLoggerFactory.Instance, default);

    private ModelFolder Covered() => Native.Write(new TestDecoderOptions(), NewFolder());

    private ModelFolder Plain()
    {
        string folder = NewFolder();
        new TestPlainDecoder().Write(folder);
        return ModelFolder.Open(folder);
    }

    private string NewFolder() => Directory.CreateDirectory(Path.Combine(_scratch.Path, Guid.NewGuid().ToString("N"))).FullName;
}

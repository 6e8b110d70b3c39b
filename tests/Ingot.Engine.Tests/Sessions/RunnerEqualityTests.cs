using Ingot.Compute.Execution;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Running;
using Ingot.Engine.Sampling;
using Ingot.Engine.Sessions;
using Ingot.Engine.Tests.Equality;
using Ingot.Errors;
using Ingot.Text.Tokenizers;

namespace Ingot.Engine.Tests.Sessions;

/// <summary>Both runners give the same logits up to what rounding costs, and the same answers.</summary>
public sealed class RunnerEqualityTests(EqualityModels models) : IClassFixture<EqualityModels>
{
    // Activations are 8-bit on the way through quantised products, in each runner's own way; of a model of random weights that makes this much.
    private const double QuantizedNoise = 6e-2;
    private const double FloatNoise = 2e-3;

    private const string Refused = "phi3 bf16, packed";

    // Experts whose shares of a token are not brought to 1: the library's kernel for the processor gives other numbers (docs/execution-providers.md).
    private const string Different = "experts fp16, 2 of 8 beside one for all";

    public static TheoryData<string> Models => [.. EqualityModels.Names.Select(row => row.Data).Where(name => name is not (Refused or Different))];

    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_agree(string model)
    {
        ModelFolder folder = models.Open(model);
        using SessionRunner session = SessionRunner.Load(folder, new EngineOptions(), Native.Library(), null);
        using ExecutorRunner own = ExecutorRunner.Load(folder, new EngineOptions(), default);
        int[] tokens = Some.Prompt(9, 60, folder.Config.VocabularySize);

        float[][] expected = Step(own, tokens[..50], 0), actual = Step(session, tokens[..50], 0);
        float[][] expectedNext = Step(own, tokens[50..51], 50), actualNext = Step(session, tokens[50..51], 50);

        double noise = model.Contains("int", StringComparison.Ordinal) || model == "shipped" ? QuantizedNoise : FloatNoise;
        double[] differences = [.. expected.Concat(expectedNext).Zip(actual.Concat(actualNext), (one, other) => Native.Difference(one, other))];
        TestContext.Current.TestOutputHelper?.WriteLine($"{model}: mean {differences.Average():E2}, most {differences.Max():E2}");
        // Which experts a token goes to may turn on the last bit; then that token's row is another one.
        Assert.InRange(model.StartsWith("experts", StringComparison.Ordinal) ? differences.Average() : differences.Max(), 0, noise);
    }

    [Fact]
    public void Bfloat16_for_which_the_cpu_provider_has_no_kernels_is_refused_by_name_and_so_it_is_foretold()
    {
        IngotException refusal = Assert.Throws<IngotException>(() => SessionRunner.Load(models.Open(Refused), new EngineOptions(), Native.Library(), null));
        RunnerFacts asked = RunnerForecast.Of(models.Open(Refused), Native.Runtime(RunnerPreference.OnnxRuntime));
        RunnerFacts free = RunnerForecast.Of(models.Open(Refused), Native.Runtime(RunnerPreference.Auto));

        Assert.Equal(ErrorCode.ModelUnsupported, refusal.Code);
        Assert.Contains("computes in bfloat16, which ONNX Runtime does not do on the processor", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("MatMul", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(("", "ingot"), (asked.Runner, free.Runner));
        Assert.Contains("computes in bfloat16", asked.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_shipped_model_says_the_same_word_for_word()
    {
        ModelFolder folder = models.Open("shipped");
        Tokenizer tokenizer = Tokenizer.Load(folder.Path);
        string[] questions = ["Why is the sky blue?", "Who are you?", "Tell me a story.", "What is 2 plus 3?"];
        GenerationRequest[] requests = [.. questions.Select(question => new GenerationRequest
        {
            Prompt = tokenizer.Encode($"<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n", addSpecialTokens: false),
            MaxTokens = 24,
            Sampling = new SamplingOptions { Temperature = 0 },
        })];
        Native.Library();

        using InferenceEngine own = InferenceEngine.Load(folder, new EngineOptions { Runtime = Native.Runtime(RunnerPreference.Ingot) }, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, default);
        using InferenceEngine session = Native.Engine(folder, new EngineOptions());
        int[][] expected = await Answers(own, requests), actual = await Answers(session, requests);

        Assert.Equal(expected, actual);
        Assert.Equal(("ingot", "onnxruntime"), (own.Runner.Runner, session.Runner.Runner));
    }

    private static Task<int[][]> Answers(InferenceEngine engine, GenerationRequest[] requests) => Task.WhenAll(requests.Select(async request =>
        (await engine.Generate(request, TestContext.Current.CancellationToken).Collect()).Where(e => e.Token is not null).Select(e => e.Token!.Value).ToArray()));

    private static float[][] Step(IModelRunner runner, int[] tokens, int past)
    {
        var batch = new StepBatch();
        int blocks = (past + tokens.Length + runner.BlockSize - 1) / runner.BlockSize;
        batch.AddSequence(tokens, past, Enumerable.Range(0, blocks).ToArray(), tokens.Length);
        var logits = new float[batch.LogitRowCount * runner.VocabularySize];
        runner.Step(batch, logits);
        return [.. logits.Chunk(runner.VocabularySize)];
    }
}

using Ingot.Compute.Execution;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Sampling;
using Ingot.Errors;
using Ingot.Testing.OnnxModels;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests;

/// <summary>The engine on real numbers: a made-up decoder of two layers.</summary>
public sealed class ExecutorRunnerTests : IDisposable
{
    private const int BlockSize = 16;
    private readonly string _folder = Directory.CreateTempSubdirectory("ingot-executor-").FullName;
    private readonly TestDecoderOptions _model = new() { Precision = TestPrecision.Int4 };

    public ExecutorRunnerTests()
    {
        DecoderDescription graph = TestDecoderGraphs.Write(_model, _folder);
        WriteConfig(Path.GetFileName(graph.OnnxPath), _model.Vocabulary);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1, 16, null, 128)]
    [InlineData(8, 16, null, 256)]
    [InlineData(2, 300, null, 300)]
    [InlineData(8, 16, 40, 40)]
    public void A_step_takes_as_many_tokens_as_the_threads_caches_hold_unless_told_otherwise(int threads, int sequences, int? budget, int expected)
    {
        var options = new EngineOptions { ThreadCount = threads, MaxSequences = sequences, StepTokenBudget = budget };
        using ExecutorRunner runner = ExecutorRunner.Load(ModelFolder.Open(_folder), options, default);
        Assert.Equal(expected, runner.MaxStepTokens);
    }

    [Fact]
    public async Task Crowded_preempted_and_chunked_it_says_what_each_says_alone()
    {
        long blockBytes = 2L * sizeof(float) * _model.Layers * _model.KvHeads * _model.HeadSize * BlockSize;
        using InferenceEngine roomy = Load(new EngineOptions { ThreadCount = 1 });
        using InferenceEngine tight = Load(new EngineOptions { ThreadCount = 2, StepTokenBudget = 17, KvCacheBytes = 6 * blockBytes });

        List<List<int>> alone = [];
        for (int i = 0; i < 12; i++)
            alone.Add(await Tokens(roomy, i));
        List<int>[] together = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Tokens(tight, i)));

        for (int i = 0; i < 12; i++)
            Assert.Equal(alone[i], together[i]);
        Assert.True(tight.Statistics.Preemptions > 0, "The cache was meant to be too small.");
        Assert.Equal((6, 6), (tight.Statistics.BlockCount, tight.Statistics.FreeBlocks));
    }

    [Fact]
    public async Task From_what_is_in_the_cache_it_says_the_same_with_the_same_log_probabilities()
    {
        using InferenceEngine cold = Load(new EngineOptions { ThreadCount = 1 });
        using InferenceEngine warm = Load(new EngineOptions { ThreadCount = 2, StepTokenBudget = 17 });
        GenerationRequest first = new() { Prompt = Some.Prompt(1, 30, _model.Vocabulary), MaxTokens = 10, IgnoreEndOfSequence = true, Sampling = new SamplingOptions { Temperature = 0 } };
        List<int> answer = InferenceEngineTests.Tokens(await warm.Generate(first, default).Collect());
        GenerationRequest second = first with { Prompt = [.. first.Prompt, .. answer, 7, 8, 9], MaxTokens = 12, TopLogProbabilities = 3 };

        List<TokenEvent> expected = await cold.Generate(second, default).Collect();
        List<TokenEvent> events = await warm.Generate(second, default).Collect();

        Assert.Equal((0, 32), (expected[^1].Usage!.CachedTokens, events[^1].Usage!.CachedTokens));
        Assert.Equal(InferenceEngineTests.Tokens(expected), InferenceEngineTests.Tokens(events));
        Assert.Equal(expected.Select(e => e.LogProbabilities?.LogProbability), events.Select(e => e.LogProbabilities?.LogProbability));
    }

    [Fact]
    public async Task A_prompts_token_is_as_likely_as_it_was_when_it_was_generated()
    {
        using InferenceEngine engine = Load(new EngineOptions { ThreadCount = 2, StepTokenBudget = 17 });
        int[] question = Some.Prompt(1, 30, _model.Vocabulary);
        GenerationRequest request = new() { Prompt = question, MaxTokens = 10, IgnoreEndOfSequence = true, TopLogProbabilities = 0, Sampling = new SamplingOptions { Seed = 5 } };
        List<TokenEvent> answer = await engine.Generate(request, default).Collect();

        List<TokenEvent> scored = await engine.Generate(
            request with { Prompt = [.. question, .. InferenceEngineTests.Tokens(answer)], MaxTokens = 0, PromptLogProbabilities = true }, default).Collect();

        Assert.Equal(answer[..10].Select(e => e.LogProbabilities!.LogProbability), scored[30..40].Select(e => e.LogProbabilities!.LogProbability));
    }

    [Fact]
    public void A_vocabulary_larger_than_the_graphs_is_model_invalid()
    {
        WriteConfig(Path.GetFileName(Directory.GetFiles(_folder, "*.onnx").Single()), _model.Vocabulary + 1);
        var error = Assert.Throws<IngotException>(() => Load(new EngineOptions { ThreadCount = 1 }));
        Assert.Equal(ErrorCode.ModelInvalid, error.Code);
        Assert.Contains("model.vocab_size is 201, but the graph has logits for 200", error.Message, StringComparison.Ordinal);
    }

    private InferenceEngine Load(EngineOptions options) =>
        InferenceEngine.Load(ModelFolder.Open(_folder), options, NullLoggerFactory.Instance, default);

    private async Task<List<int>> Tokens(InferenceEngine engine, int seed) => InferenceEngineTests.Tokens(await engine.Generate(
        new GenerationRequest
        {
            Prompt = Some.Prompt(seed, 1 + (seed * 11 % 34), _model.Vocabulary),
            MaxTokens = 25,
            IgnoreEndOfSequence = true,
            Sampling = new SamplingOptions { Temperature = seed % 2, TopP = 0.9f, Seed = (ulong)seed },
        },
        default).Collect());

    private void WriteConfig(string file, int vocabulary) => File.WriteAllText(Path.Combine(_folder, "genai_config.json"), $$"""
        {
          "model": {
            "type": "llama", "context_length": {{_model.Positions}}, "vocab_size": {{vocabulary}}, "eos_token_id": 0,
            "decoder": {
              "filename": "{{file}}", "head_size": {{_model.HeadSize}}, "num_attention_heads": {{_model.QueryHeads}},
              "num_hidden_layers": {{_model.Layers}}, "num_key_value_heads": {{_model.KvHeads}}
            }
          }
        }
        """);
}

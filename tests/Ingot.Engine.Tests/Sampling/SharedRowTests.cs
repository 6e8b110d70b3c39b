using Ingot.Compute.Execution;
using Ingot.Compute.Threading;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Sampling;
using Ingot.Engine.Sampling.Rows;
using Ingot.Engine.Tests.Equality;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests.Sampling;

/// <summary>What is chosen is the same whether one thread goes over a row of logits or several do, and whether rows are dealt out or gone over together.</summary>
public sealed class SharedRowTests : IDisposable
{
    private const int Vocabulary = 50_257;
    private static readonly int[] Prompt = [1, 2, 3, 3];

    private static readonly SamplingOptions[] Ways =
    [
        new() { Temperature = 0 },
        new(),
        new() { TopP = 0.9f },
        new() { TopP = 0.5f, Temperature = 30 },
        new() { TopP = 0.9f, Temperature = 100, RepetitionPenalty = 1.3f },
        new() { TopK = 40, TopP = 0.9f, FrequencyPenalty = 0.5f },
        new() { TopK = 20_000, Temperature = 50 },
        new() { MinP = 0.3f, Temperature = 40, TopP = 0.7f },
        new() { MinP = 0.01f, PresencePenalty = 1 },
    ];

    private readonly TemporaryFolder _scratch = new();

    public static TheoryData<string, SamplingOptions> Options
    {
        get
        {
            TheoryData<string, SamplingOptions> options = SamplerTests.Options;
            options.Add("flat top-p", new SamplingOptions { TopP = 0.9f, Temperature = 20 });
            options.Add("flat min-p", new SamplingOptions { MinP = 0.2f, Temperature = 20 });
            options.Add("many of the likeliest", new SamplingOptions { TopK = 9_000, TopP = 0.8f, Temperature = 5 });
            return options;
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void A_row_gone_over_by_several_threads_gives_the_token_of_one(string name, SamplingOptions options)
    {
        var alone = new SamplingScratch(Vocabulary);
        foreach (int count in new[] { 2, 3, 4 })
        {
            using var runner = new TeamRunner(count);
            var shared = new SamplingScratch(Vocabulary) { Row = { Team = new RowTeam(runner) } };
            for (int seed = 0; seed < 12; seed++)
            {
                float[] logits = Some.Logits(seed, Vocabulary, spread: 1 + (seed % 3));
                SamplingOptions seeded = options with { Seed = (ulong)seed };
                int expected = SamplerMaskTests.Draw(seeded, logits, [], Prompt, alone);
                Assert.True(expected == SamplerMaskTests.Draw(seeded, logits, [], Prompt, shared), $"{name}, {count} threads, seed {seed}");
            }
            Assert.True(runner.Shared > 0, "Nothing was shared, so nothing was tested.");
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Logits_that_are_not_finite_are_found_by_whichever_thread(float bad)
    {
        using var runner = new TeamRunner(4);
        var scratch = new SamplingScratch(Vocabulary) { Row = { Team = new RowTeam(runner) } };
        foreach (int at in new[] { 0, 20_000, 33_333, Vocabulary - 1 })
        {
            float[] logits = Some.Logits(1, Vocabulary);
            logits[at] = bad;
            Assert.False(new Sampler(new SamplingOptions(), Prompt).TryChoose(logits, default, scratch, out _));
        }
    }

    [Fact]
    public async Task Answers_of_four_threads_are_those_of_one_however_many_share_a_step()
    {
        WriteModel();
        GenerationRequest[] requests = [.. Ways.Select((way, i) =>
            Ask.About(Some.Prompt(i + 1, 5 + i, 40_000), i, tokens: 8) with { Sampling = way with { Seed = (ulong)i } })];
        using InferenceEngine alone = Load(1);
        int[][] expected = await alone.InTurn(requests);
        using InferenceEngine four = Load(4);

        Assert.Equal(expected, await four.InTurn(requests));
        foreach (int together in new[] { 2, 3, 5, 6, 9 })
            Assert.Equal(expected[..together], await four.AtOnce(requests[..together]));
        Assert.Equal(requests.Length, expected.Select(bits => string.Join(' ', Ask.Tokens(bits))).Distinct().Count());
    }

    public void Dispose() => _scratch.Dispose();

    private InferenceEngine Load(int threads) => InferenceEngine.Load(
        ModelFolder.Open(_scratch["model"]), new EngineOptions { ThreadCount = threads, MaxDraftTokens = 0 }, NullLoggerFactory.Instance, default);

    private void WriteModel()
    {
        var options = new TestDecoderOptions { Architecture = TestArchitecture.Mistral, Precision = TestPrecision.Int8ZeroPoints, HeadSize = 32, Vocabulary = 40_000, Positions = 128 };
        Directory.CreateDirectory(_scratch["model"]);
        DecoderDescription graph = TestDecoderGraphs.Write(options, _scratch["model"]);
        File.WriteAllText(Path.Combine(_scratch["model"], "genai_config.json"), $$"""
            {
              "model": {
                "type": "test", "context_length": {{options.Positions}}, "vocab_size": {{options.Vocabulary}}, "eos_token_id": 0,
                "decoder": {
                  "filename": "{{Path.GetFileName(graph.OnnxPath)}}", "head_size": {{options.HeadSize}}, "num_attention_heads": {{options.QueryHeads}},
                  "num_hidden_layers": {{options.Layers}}, "num_key_value_heads": {{options.KvHeads}}
                }
              }
            }
            """);
    }

    /// <summary>Threads without a model.</summary>
    private sealed class TeamRunner(int count) : IModelRunner
    {
        private readonly ThreadTeam _team = new(count);

        public int Shared { get; private set; }

        public int VocabularySize => Vocabulary;

        public int ContextLength => 1;

        public IReadOnlyList<int> EndOfSequenceIds => [];

        public int BlockSize => 1;

        public int BlockCount => 1;

        public int MaxStepTokens => 1;

        public long MemoryBytes => 0;

        public int ThreadCount => count;

        public void Step(StepBatch batch, Span<float> logits) => throw new InvalidOperationException("There is no model.");

        public void Share(ISharedWork work)
        {
            Shared++;
            _team.Run(work);
        }

        public void Dispose() => _team.Dispose();
    }
}

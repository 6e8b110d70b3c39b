using Ingot.Compute.Execution;
using Ingot.Compute.Threading;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Sampling;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests;

/// <summary>
/// What steps claim of memory, on the engine's thread and on those that compute, which choose tokens and run the readers as well: nothing, once
/// answers are under way and the cache has been full.
/// </summary>
public sealed class StepAllocationTests
{
    private const int Threads = 4;
    private const int AnswerTokens = 500;
    private const int BlocksOfAnswer = 40;
    private const int BlockBytes = 2 * sizeof(float) * 6 * 2 * 64 * 16;

    // So many answers as have filled the cache.
    private const int WarmUps = 2;
    private const int MostAttempts = 25;

    // From where the answers have all begun to where none has ended.
    private const int FirstStep = 40;
    private const int LastStep = 200;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(6, 0)]
    [InlineData(6, 1)]
    public async Task Steps_of_answers_under_way_claim_no_memory(int answers, int mostDraftTokens)
    {
        var options = new EngineOptions
        {
            ThreadCount = Threads,
            MaxDraftTokens = mostDraftTokens,
            KvCache = KvCacheFormat.Fp32,
            KvCacheBytes = answers * BlocksOfAnswer * BlockBytes,
        };
        var runner = new MeteredRunner(ExecutorRunner.Load(ModelFolder.Open(ShippedModel.Folder), options, CancellationToken.None));
        using var engine = new InferenceEngine(runner, options, NullLogger<InferenceEngine>.Instance);
        Assert.Equal(answers * BlocksOfAnswer, engine.Statistics.BlockCount);
        for (int round = 0; round < WarmUps; round++)
            await AnswerAsync(round);

        // Where all cores are busy a reader may have to be woken by a thread that the pool makes for it: not every time.
        for (int attempt = 0; attempt < MostAttempts && (attempt == 0 || runner.Claimed.Any(bytes => bytes > 0)); attempt++)
        {
            runner.Measure();
            await AnswerAsync(WarmUps + attempt);
            Assert.True(runner.IsMeasured, "There were fewer steps.");
        }

        Assert.Equal(new long[Threads], runner.Claimed);

        async Task AnswerAsync(int round)
        {
            int[] counts = await Task.WhenAll(Enumerable.Range(0, answers).Select(answer => CountAsync(engine.Generate(Request(round, answer), CancellationToken.None))))
                .WaitAsync(Waits.Longest, TestContext.Current.CancellationToken);
            Assert.All(counts, count => Assert.Equal(AnswerTokens, count));
        }
    }

    private static GenerationRequest Request(int round, int answer) => new()
    {
        Prompt = Some.Prompt((100 * round) + answer, 20 + answer, vocabulary: 4000),
        MaxTokens = AnswerTokens,
        IgnoreEndOfSequence = true,
        Sampling = (answer % 6) switch
        {
            0 => new SamplingOptions { Temperature = 0 },
            1 => new SamplingOptions { Seed = 1 },
            2 => new SamplingOptions { Seed = 2, TopP = 0.9f },
            3 => new SamplingOptions { Seed = 3, TopK = 40, MinP = 0.05f },
            4 => new SamplingOptions { Seed = 4, TopP = 0.95f, Temperature = 2 },
            _ => new SamplingOptions { Seed = 5, TopK = 20, TopP = 0.8f, Temperature = 0.7f },
        },
    };

    private static async Task<int> CountAsync(IAsyncEnumerable<TokenEvent> events)
    {
        int count = 0;
        await foreach (TokenEvent next in events)
            count += next.Token is null ? 0 : 1;
        return count;
    }

    /// <summary>A model that has its threads read their meters before one step and before another.</summary>
    private sealed class MeteredRunner(IModelRunner model) : IModelRunner
    {
        private const int NotCounted = int.MinValue;

        private readonly ThreadMeter _meter = new(Threads);
        private int _steps = NotCounted;

        public long[] Claimed => _meter.Claimed;

        public bool IsMeasured => _steps > LastStep;

        public int VocabularySize => model.VocabularySize;

        public int ContextLength => model.ContextLength;

        public IReadOnlyList<int> EndOfSequenceIds => model.EndOfSequenceIds;

        public int BlockSize => model.BlockSize;

        public int BlockCount => model.BlockCount;

        public int MaxStepTokens => model.MaxStepTokens;

        public long MemoryBytes => model.MemoryBytes;

        public int ThreadCount => model.ThreadCount;

        /// <summary>The steps from here on count.</summary>
        public void Measure() => _steps = 0;

        public void Step(StepBatch batch, Span<float> logits)
        {
            if (_steps is FirstStep or LastStep)
                model.Share(_meter);
            _steps += _steps == NotCounted ? 0 : 1;
            model.Step(batch, logits);
        }

        public bool TryGive(IThreadPoolWorkItem errand) => model.TryGive(errand);

        public void Share(ISharedWork work) => model.Share(work);

        public void Dispose() => model.Dispose();
    }
}

using Ingot.Benchmarks.Measuring;
using Ingot.Engine;
using Ingot.Engine.Sampling;

namespace Ingot.Benchmarks.EndToEnd;

/// <summary>
/// How much of a step choosing tokens takes, by ways of choosing and by how many answers share the step. <c>sampler [&lt;folder&gt;]</c>.
/// Random weights make logits about as likely all over the vocabulary; a low temperature makes a few of them likely, as a trained model does.
/// </summary>
internal static class SamplerReport
{
    private const int Rounds = 3;
    private const int AnswerTokens = 96;
    private const int PromptTokens = 16;
    private const float Trained = 0.1f;
    private static readonly int[] Together = [1, 8, 16];

    private static readonly (string Name, SamplingOptions Options, int? LogProbabilities)[] Ways =
    [
        ("greedy", new SamplingOptions { Temperature = 0 }, null),
        ("drawn from all", new SamplingOptions { Seed = 1 }, null),
        ("top-p 0.9", new SamplingOptions { Seed = 1, Temperature = Trained, TopP = 0.9f }, null),
        ("top-k 40, top-p 0.9, penalties", new SamplingOptions { Seed = 1, Temperature = Trained, TopK = 40, TopP = 0.9f, RepetitionPenalty = 1.1f, PresencePenalty = 0.5f, FrequencyPenalty = 0.5f }, null),
        ("top-p 0.9 of a flat distribution", new SamplingOptions { Seed = 1, TopP = 0.9f }, null),
        ("min-p 0.05, penalties", new SamplingOptions { Seed = 1, Temperature = Trained, MinP = 0.05f, FrequencyPenalty = 0.5f }, null),
        ("min-p 0.001 of a flat distribution", new SamplingOptions { Seed = 1, MinP = 0.001f }, null),
        ("top-k 20,000, top-p 0.9 of it", new SamplingOptions { Seed = 1, TopK = 20_000, TopP = 0.9f }, null),
        ("drawn from all, 5 log-probabilities", new SamplingOptions { Seed = 1 }, 5),
    ];

    /// <summary>Measures and prints.</summary>
    public static async Task PrintAsync(string[] arguments)
    {
        using InferenceEngine engine = BenchmarkEngine.Load(arguments.FirstOrDefault());
        var measure = new Measurement(engine);
        await measure.AnswerAsync(PromptTokens, AnswerTokens, Together[^1]);
        foreach (int together in Together)
        {
            foreach ((string name, SamplingOptions way, int? logProbabilities) in Ways)
            {
                double best = double.MaxValue, milliseconds = 0;
                for (int round = 0; round < Rounds; round++)
                {
                    EngineStatistics before = engine.Statistics;
                    await measure.AnswerAsync(PromptTokens, AnswerTokens, together, sampling: way, logProbabilities: logProbabilities);
                    EngineStatistics after = engine.Statistics;
                    double sampling = (after.SamplingTime - before.SamplingTime).TotalMilliseconds / AnswerTokens;
                    double step = (after.DecodeTime - before.DecodeTime).TotalMilliseconds / (AnswerTokens - 1);
                    if (sampling / (step + sampling) >= best)
                        continue;
                    best = sampling / (step + sampling);
                    milliseconds = sampling;
                }

                Console.WriteLine($"{together,2} together, {name,-34} {milliseconds,6:F3} ms, {100 * best:F1} % of a step");
            }
        }
    }
}

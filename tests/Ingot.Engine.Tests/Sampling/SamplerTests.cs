using Ingot.Engine.Sampling;
using Ingot.Engine.Sampling.Cuts;
using Ingot.Engine.Sampling.Rows;

namespace Ingot.Engine.Tests.Sampling;

public sealed class SamplerTests
{
    private static readonly int[] Prompt = [1, 2, 3, 3];

    public static TheoryData<string, SamplingOptions> Options => new()
    {
        { "nothing", new SamplingOptions() },
        { "cold", new SamplingOptions { Temperature = 0.3f } },
        { "hot", new SamplingOptions { Temperature = 3 } },
        { "top-k", new SamplingOptions { TopK = 5 } },
        { "top-k beyond the vocabulary", new SamplingOptions { TopK = 5000 } },
        { "top-p", new SamplingOptions { TopP = 0.8f } },
        { "top-p 0", new SamplingOptions { TopP = 0 } },
        { "top-p nearly 1", new SamplingOptions { TopP = 0.9999f, Temperature = 2 } },
        { "min-p", new SamplingOptions { MinP = 0.1f } },
        { "min-p 1", new SamplingOptions { MinP = 1 } },
        { "bias", new SamplingOptions { LogitBias = new Dictionary<int, float> { [9] = 100, [10] = 99, [11] = -100 } } },
        { "repetition", new SamplingOptions { RepetitionPenalty = 1.8f } },
        { "presence", new SamplingOptions { PresencePenalty = 2 } },
        { "frequency", new SamplingOptions { FrequencyPenalty = 1.5f } },
        { "negative penalties", new SamplingOptions { FrequencyPenalty = -1, PresencePenalty = -2, RepetitionPenalty = 0.7f } },
        { "top-k and top-p", new SamplingOptions { TopK = 20, TopP = 0.7f } },
        { "min-p and top-p", new SamplingOptions { MinP = 0.05f, TopP = 0.9f, Temperature = 1.5f } },
        { "all together", new SamplingOptions
            {
                LogitBias = new Dictionary<int, float> { [4] = 3 }, RepetitionPenalty = 1.3f, PresencePenalty = 0.5f, FrequencyPenalty = 0.4f,
                Temperature = 1.4f, TopK = 30, MinP = 0.01f, TopP = 0.95f,
            }
        },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void Draws_follow_the_distribution_the_options_define(string name, SamplingOptions options)
    {
        const int Draws = 8_000;
        float[] logits = Some.Logits(7, 61);
        int[] generated = [3, 5, 5, 60];
        double[] expected = ReferenceSampler.Distribution(logits, options, Prompt, generated);
        var counts = new int[logits.Length];
        var scratch = new SamplingScratch(logits.Length);

        for (int i = 0; i < Draws; i++)
            counts[Draw(options with { Seed = (ulong)i }, logits, generated, scratch)]++;

        double chiSquare = 0;
        int cells = 0;
        for (int token = 0; token < counts.Length; token++)
        {
            Assert.True(expected[token] > 0 || counts[token] == 0, $"{name}: token {token} was cut off and drawn {counts[token]} times");
            if (expected[token] * Draws < 5)
                continue;
            cells++;
            chiSquare += Math.Pow(counts[token] - (expected[token] * Draws), 2) / (expected[token] * Draws);
        }
        // Mean + 5 standard deviations of a chi-square; the seeds are fixed, so this holds always or never.
        Assert.True(chiSquare <= cells + (5 * Math.Sqrt(2.0 * cells)), $"{name}: chi-square {chiSquare} over {cells} cells");
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void A_large_vocabulary_draws_what_the_definition_draws_with_the_same_random_number(string name, SamplingOptions options)
    {
        var scratch = new SamplingScratch(50_257);
        for (int seed = 0; seed < 4; seed++)
        {
            float[] logits = Some.Logits(seed, 50_257, spread: 1 + seed);
            SamplingOptions seeded = options with { Seed = (ulong)seed };
            double[] expected = ReferenceSampler.Distribution(logits, options, Prompt, []);
            double point = options.Temperature == 0 ? 0 : new SamplerRandom((ulong)seed).NextDouble(), sum = 0;

            int drawn = Draw(seeded, logits, [], scratch);

            // The running sums may differ in the last digits: the token whose interval holds the point, or one that touches it.
            Assert.True(expected[drawn] > 0, $"{name}: token {drawn} should have been cut off");
            for (int token = 0; token < drawn; token++)
                sum += expected[token];
            Assert.InRange(point, sum - 1e-4, sum + expected[drawn] + 1e-4);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(50_257)]
    public void Greedy_takes_the_largest_and_of_equal_ones_the_lowest_id(int vocabulary)
    {
        var scratch = new SamplingScratch(vocabulary);
        var greedy = new SamplingOptions { Temperature = 0 };
        for (int seed = 0; seed < 20; seed++)
        {
            float[] logits = [.. Some.Logits(seed, vocabulary).Select(l => MathF.Round(l))];
            Assert.Equal(Array.IndexOf(logits, logits.Max()), Draw(greedy, logits, [], scratch));
        }
    }

    [Fact]
    public void Ties_at_a_cut_keep_the_lowest_ids()
    {
        var scratch = new SamplingScratch(100);
        var drawn = new HashSet<int>();
        for (ulong seed = 0; seed < 300; seed++)
            drawn.Add(Draw(new SamplingOptions { TopK = 3, Seed = seed }, new float[100], [], scratch));
        Assert.Equal([0, 1, 2], drawn.Order());
    }

    [Fact]
    public void Zero_and_minus_zero_are_equally_likely()
    {
        var scratch = new SamplingScratch(100);
        float[] logits = new float[100];
        logits.AsSpan(0, 50).Fill(-0f);
        var drawn = new HashSet<int>();
        for (ulong seed = 0; seed < 300; seed++)
            drawn.Add(Draw(new SamplingOptions { TopK = 3, Seed = seed }, logits, [], scratch));
        Assert.Equal([0, 1, 2], drawn.Order());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1_001)]
    [InlineData(8_000)]
    [InlineData(20_011)]
    [InlineData(49_999)]
    public void The_likeliest_are_kept_however_many_are_asked_for(int count)
    {
        var candidates = new Candidates(50_003);
        var row = new Row(50_003);
        for (int seed = 0; seed < 3; seed++)
        {
            // Some of equal logits, of both signs and at zero; and some that are never chosen.
            float[] logits = [.. Some.Logits(seed, 50_003).Select((logit, id) => id % 5 == seed ? float.NegativeInfinity : MathF.Round(64 * logit) / 64)];
            row.LookAt(logits);
            Assert.True(row.TryFindMax());
            candidates.PickTop(row, count);
            Assert.Equal(Enumerable.Range(0, logits.Length).OrderByDescending(id => logits[id]).ThenBy(id => id).Take(count).Order(), candidates.Ids.ToArray());
            Assert.Equal(candidates.Ids.ToArray().Select(id => logits[id]), candidates.Logits.ToArray());
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Logits_that_are_not_finite_are_not_sampled(float bad)
    {
        var scratch = new SamplingScratch(100);
        foreach (int at in new[] { 0, 17, 95, 99 })
        {
            foreach (SamplingOptions options in new[] { new SamplingOptions(), new SamplingOptions { Temperature = 0 }, new SamplingOptions { TopP = 0.5f } })
            {
                float[] logits = Some.Logits(1, 100);
                logits[at] = bad;
                Assert.False(new Sampler(options, Prompt).TryChoose(logits, default, scratch, out _));
            }
        }
        float[] none = new float[100];
        none.AsSpan().Fill(float.NegativeInfinity);
        Assert.False(new Sampler(new SamplingOptions(), Prompt).TryChoose(none, default, scratch, out _));
    }

    [Fact]
    public void A_negative_infinite_logit_is_never_drawn()
    {
        var scratch = new SamplingScratch(50);
        foreach (SamplingOptions options in new[] { new SamplingOptions { Temperature = 100 }, new SamplingOptions { TopK = 49 }, new SamplingOptions { TopP = 0.999f }, new SamplingOptions { MinP = 1e-30f } })
        {
            for (ulong seed = 0; seed < 500; seed++)
            {
                float[] logits = new float[50];
                logits.AsSpan(5, 40).Fill(float.NegativeInfinity);
                Assert.NotInRange(Draw(options with { Seed = seed }, logits, [], scratch), 5, 44);
            }
        }
    }

    [Fact]
    public void Extreme_temperatures_and_logits_still_choose()
    {
        var scratch = new SamplingScratch(40);
        foreach (float temperature in new[] { float.Epsilon, 1e-30f, 1e-6f, 100 })
        {
            foreach (SamplingOptions options in new[] { new SamplingOptions(), new SamplingOptions { TopK = 4 }, new SamplingOptions { TopP = 0.9f }, new SamplingOptions { MinP = 0.1f } })
            {
                float[] logits = new float[40];
                logits[3] = 3e38f;
                logits[4] = -3e38f;
                Assert.Equal(3, Draw(options with { Temperature = temperature }, logits, [], scratch));
            }
        }
    }

    [Fact]
    public void Without_a_seed_two_samplers_differ()
    {
        var scratch = new SamplingScratch(1000);
        List<int> Draws(Sampler sampler) => [.. Enumerable.Range(0, 30).Select(_ =>
        {
            sampler.TryChoose(new float[1000], default, scratch, out int token);
            return token;
        })];
        Assert.NotEqual(Draws(new Sampler(new SamplingOptions(), Prompt)), Draws(new Sampler(new SamplingOptions(), Prompt)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    public void Log_probabilities_are_the_softmax_of_the_logits_largest_first(int top)
    {
        float[] logits = Some.Logits(3, 50_257);
        double normalizer = Math.Log(logits.Sum(l => Math.Exp(l)));

        var row = new Row(logits.Length);
        row.LookAt(logits);

        TokenLogProbabilities result = LogProbabilities.Read(row, token: 1234, top, new Candidates(logits.Length));

        Assert.Equal(logits[1234] - normalizer, result.LogProbability, 1e-4);
        int[] largest = [.. Enumerable.Range(0, logits.Length).OrderByDescending(i => logits[i]).Take(top)];
        Assert.Equal(largest, result.Top.Select(t => t.Token));
        Assert.All(result.Top, t => Assert.Equal(logits[t.Token] - normalizer, t.LogProbability, 1e-4));
    }

    private static int Draw(SamplingOptions options, float[] logits, int[] generated, SamplingScratch scratch) =>
        SamplerMaskTests.Draw(options, logits, [], generated, scratch);
}

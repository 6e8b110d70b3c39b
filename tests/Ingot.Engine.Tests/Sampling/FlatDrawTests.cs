using Ingot.Engine.Sampling;
using Ingot.Engine.Sampling.Cuts;
using Ingot.Engine.Sampling.Rows;

namespace Ingot.Engine.Tests.Sampling;

public sealed class FlatDrawTests
{
    private const int Tokens = 30_011;

    public static TheoryData<string> Shapes => ["about equal", "equal", "spread", "steps", "few large ones where no sample looks", "falling", "mostly never"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Draws_what_a_full_sort_draws_with_the_same_random_number(string shape)
    {
        float[] logits = [.. Weights(shape).Select(weight => MathF.Log(weight))];
        var row = new Row(Tokens);
        row.LookAt(logits);
        Assert.True(row.TryFindMax());
        var weighing = new Weighing(row.Max, Temperature: 1);
        double[] weights = [.. logits.Select(logit => Math.Exp((double)logit - row.Max))];
        double total = weights.Sum();
        foreach (float share in new[] { 0, 1e-4f, 0.1f, 0.5f, 0.9f, 0.999f, 1 })
        {
            bool[] kept = KeptBySorting(logits, weights, share * total);
            double sum = weights.Where((_, id) => kept[id]).Sum();
            foreach (double random in Enumerable.Range(0, 40).Select(i => i / 40.0).Append(0.999999))
            {
                int drawn = new FlatDraw(Tokens).Draw(row, weighing, share, random, new Candidates(Tokens));
                Assert.True(kept[drawn], $"{shape}, {share}: token {drawn} should have been cut off");
                double before = weights.Where((_, id) => id < drawn && kept[id]).Sum();
                Assert.InRange(random * sum, before - (1e-6 * total), before + weights[drawn] + (1e-6 * total));
            }
        }
    }

    [Fact]
    public void Of_equal_weights_the_lowest_ids_are_drawn()
    {
        var row = new Row(Tokens);
        row.LookAt(new float[Tokens]);
        Assert.True(row.TryFindMax());
        var flat = new FlatDraw(Tokens);
        var candidates = new Candidates(Tokens);
        Assert.Equal(15_005, flat.Draw(row, new Weighing(0, 1), 0.5f, 0.99999, candidates));
        Assert.Equal(0, flat.Draw(row, new Weighing(0, 1), 0.5f, 0, candidates));
    }

    [Fact]
    public void Flat_logits_are_drawn_from_as_defined_and_peaked_ones_are_not_taken_for_flat()
    {
        var scratch = new SamplingScratch(Tokens);
        var options = new SamplingOptions { TopP = 0.8f, Temperature = 2 };
        for (ulong seed = 0; seed < 20; seed++)
        {
            float[] logits = Some.Logits((int)seed, Tokens, spread: 1);
            double[] expected = ReferenceSampler.Distribution(logits, options, [], []);
            int drawn = SamplerMaskTests.Draw(options with { Seed = seed }, logits, [], [], scratch);
            double before = expected.Take(drawn).Sum(), point = new SamplerRandom(seed).NextDouble();
            Assert.InRange(point, before - 1e-4, before + expected[drawn] + 1e-4);
            Assert.True(expected[drawn] > 0);
        }
    }

    private static float[] Weights(string shape)
    {
        var random = new Random(3);
        float[] weights = new float[Tokens];
        for (int id = 0; id < Tokens; id++)
        {
            weights[id] = shape switch
            {
                "about equal" => 0.5f + (random.NextSingle() / 2),
                "equal" => 1,
                "spread" => MathF.Exp(-8 * random.NextSingle() * random.NextSingle()),
                "steps" => MathF.ScaleB(1, -random.Next(12)),
                "falling" => 1f / (1 + id),
                "mostly never" => id % 3 == 1 ? 0.5f + (random.NextSingle() / 2) : 0,
                _ => id % 15 == 7 && id < 600 ? 1 : 1e-6f * random.Next(3),
            };
        }
        return weights;
    }

    private static bool[] KeptBySorting(float[] logits, double[] weights, double mass)
    {
        var kept = new bool[logits.Length];
        double sum = 0;
        foreach (int id in Enumerable.Range(0, logits.Length).OrderByDescending(id => logits[id]).ThenBy(id => id))
        {
            kept[id] = true;
            if ((sum += weights[id]) >= mass)
                break;
        }
        return kept;
    }
}

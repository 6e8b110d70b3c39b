using Ingot.Engine.Sampling;

namespace Ingot.Engine.Tests.Sampling;

public sealed class FlatDrawTests
{
    private const int Tokens = 30_011;

    public static TheoryData<string> Shapes => ["about equal", "equal", "spread", "steps", "few large ones where no sample looks", "falling"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Draws_what_a_full_sort_draws_with_the_same_random_number(string shape)
    {
        float[] weights = Weights(shape);
        var scratch = new SamplingScratch(Tokens);
        double total = weights.Sum(weight => (double)weight);
        foreach (double share in new[] { 0, 1e-4, 0.1, 0.5, 0.9, 0.999, 1 })
        {
            bool[] kept = KeptBySorting(weights, share * total);
            double sum = weights.Where((_, id) => kept[id]).Sum(weight => (double)weight);
            foreach (double random in Enumerable.Range(0, 40).Select(i => i / 40.0).Append(0.999999))
            {
                int drawn = FlatDraw.Draw(weights, share * total, random, scratch);
                Assert.True(kept[drawn], $"{shape}, {share}: token {drawn} should have been cut off");
                double before = weights.Where((_, id) => id < drawn && kept[id]).Sum(weight => (double)weight);
                Assert.InRange(random * sum, before - 1e-6, before + weights[drawn] + 1e-6);
            }
        }
    }

    [Fact]
    public void Of_equal_weights_the_lowest_ids_are_drawn()
    {
        var scratch = new SamplingScratch(Tokens);
        float[] weights = [.. Enumerable.Repeat(0.5f, Tokens)];
        Assert.Equal(999, FlatDraw.Draw(weights, 500, 0.9999, scratch));
        Assert.Equal(0, FlatDraw.Draw(weights, 500, 0, scratch));
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
                _ => id % 15 == 7 && id < 600 ? 1 : 1e-6f * random.Next(3),
            };
        }
        return weights;
    }

    private static bool[] KeptBySorting(float[] weights, double mass)
    {
        var kept = new bool[weights.Length];
        double sum = 0;
        foreach (int id in Enumerable.Range(0, weights.Length).OrderByDescending(id => weights[id]).ThenBy(id => id))
        {
            kept[id] = true;
            if ((sum += weights[id]) >= mass)
                break;
        }
        return kept;
    }
}

using Ingot.Compute.Execution.Experts;
using Ingot.Testing.OnnxModels;

namespace Ingot.Compute.Tests.Execution.Experts;

public sealed unsafe class ExpertRouterTests
{
    [Theory]
    [InlineData(8, 2)]
    [InlineData(8, 8)]
    [InlineData(60, 4)]
    [InlineData(128, 8)]
    [InlineData(3, 1)]
    public void Experts_are_those_of_the_highest_scores_weighed_by_their_probabilities(int experts, int chosen)
    {
        var scores = Scores(experts, seed: 5);
        var order = Enumerable.Range(0, experts).OrderByDescending(i => scores[i]).Take(chosen).ToArray();
        var powers = scores.Select(s => Math.Exp(s)).ToArray();

        var (all, weights) = Choose(new ExpertShape(experts, chosen, ExpertWeighing.OfAll), scores);
        Assert.Equal(order, all);
        AssertClose(order.Select(i => powers[i] / powers.Sum()), weights);

        var (some, normalized) = Choose(new ExpertShape(experts, chosen, ExpertWeighing.OfChosen), scores);
        Assert.Equal(order, some);
        AssertClose(order.Select(i => powers[i] / order.Sum(j => powers[j])), normalized);
    }

    [Fact]
    public void Of_equal_scores_the_expert_with_the_lower_number_comes_first()
    {
        var (experts, weights) = Choose(new ExpertShape(6, 3, ExpertWeighing.OfChosen), [1, 2, 2, 0, 2, 2]);
        Assert.Equal([1, 2, 4], experts);
        AssertClose([1 / 3.0, 1 / 3.0, 1 / 3.0], weights);
    }

    [Fact]
    public void Scores_that_are_no_numbers_still_choose_different_experts()
    {
        var (experts, _) = Choose(new ExpertShape(4, 3, ExpertWeighing.OfAll), [float.NaN, float.NaN, 1, float.NaN]);
        Assert.Equal(3, experts.Distinct().Count());
        Assert.All(experts, expert => Assert.InRange(expert, 0, 3));
    }

    [Fact]
    public void The_sparse_mixer_weighs_each_of_two_experts_among_those_near_it()
    {
        for (var seed = 1UL; seed < 40; seed++)
        {
            // Near each other, so that some are within the margin of two hundredths.
            var scores = Scores(16, seed).Select(s => 3 + (s * 0.05f)).ToArray();
            var (first, second) = Mixture(scores);
            var (experts, weights) = Choose(new ExpertShape(16, 2, ExpertWeighing.SparseMixer), scores);
            Assert.Equal([first.Expert, second.Expert], experts);
            AssertClose([first.Weight, second.Weight], weights);
        }
    }

    [Fact]
    public void The_sparse_mixer_takes_the_sizes_of_negative_scores_too()
    {
        float[] scores = [-1.00f, -1.01f, -1.5f, -1.005f];
        var (first, second) = Mixture(scores);
        var (experts, weights) = Choose(new ExpertShape(4, 2, ExpertWeighing.SparseMixer), scores);
        Assert.Equal([first.Expert, second.Expert], experts);
        AssertClose([first.Weight, second.Weight], weights);
    }

    [Fact]
    public void Given_weights_are_taken_as_they_are_or_divided_by_their_sum()
    {
        float[] given = [0.5f, 0.1f, 0.3f, 0.9f];
        Assert.Equal([0.9f, 0.5f], Choose(new ExpertShape(4, 2, ExpertWeighing.Given), [2, 1, 0, 3], given).Weights);
        AssertClose([0.9 / 1.4, 0.5 / 1.4], Choose(new ExpertShape(4, 2, ExpertWeighing.GivenNormalized), [2, 1, 0, 3], given).Weights);
    }

    // As the model that was trained with it computes it, in double precision.
    private static ((int Expert, double Weight) First, (int Expert, double Weight) Second) Mixture(float[] scores)
    {
        (int, double) Pick(bool[] isOut)
        {
            var best = Enumerable.Range(0, scores.Length).Where(i => !isOut[i]).MaxBy(i => scores[i]);
            var near = Enumerable.Range(0, scores.Length)
                .Where(i => !isOut[i] && (scores[best] - (double)scores[i]) / Math.Max(Math.Abs(scores[i]), scores[best]) <= 0.02)
                .ToArray();
            return (best, 1 / near.Sum(i => Math.Exp(scores[i] - (double)scores[best])));
        }

        var gone = new bool[scores.Length];
        var first = Pick(gone);
        gone[first.Item1] = true;
        return (first, Pick(gone));
    }

    private static float[] Scores(int count, ulong seed)
    {
        var random = new TestRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 4 * random.Symmetric())];
    }

    private static (int[] Experts, float[] Weights) Choose(ExpertShape shape, float[] scores, float[]? given = null)
    {
        var experts = new int[shape.ChosenCount];
        var weights = new float[shape.ChosenCount];
        fixed (float* s = scores, g = given, w = weights)
        fixed (int* e = experts)
        {
            ExpertRouter.Choose(shape, s, g, e, w);
        }

        return (experts, weights);
    }

    private static void AssertClose(IEnumerable<double> expected, float[] actual)
    {
        foreach (var (wanted, have) in expected.Zip(actual))
            Assert.Equal(wanted, have, 1e-5);
    }
}

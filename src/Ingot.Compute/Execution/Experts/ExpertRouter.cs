using Ingot.Compute.Kernels;

namespace Ingot.Compute.Execution.Experts;

/// <summary>Chooses a token's experts by their scores, and weighs them. Of equal scores the expert with the lower number comes first.</summary>
internal static unsafe class ExpertRouter
{
    /// <summary>The most experts a layer may have.</summary>
    public const int MostExperts = 4096;

    // How far below the best a score may be, in parts of its size, to be still in the mixture: twice the noise of training.
    private const float MixerMargin = 2 * 0.01f;

    /// <summary>Chooses.</summary>
    /// <param name="shape">How many of how many, and how they are weighed.</param>
    /// <param name="scores">[experts], before any softmax.</param>
    /// <param name="given">[experts], the weights where they are given; otherwise null.</param>
    /// <param name="experts">[chosen], best first.</param>
    /// <param name="weights">[chosen].</param>
    public static void Choose(ExpertShape shape, float* scores, float* given, int* experts, float* weights)
    {
        Best(scores, shape.ExpertCount, experts, shape.ChosenCount);
        switch (shape.Weighing)
        {
            case ExpertWeighing.OfAll:
                OfAll(shape, scores, experts, weights);
                break;
            case ExpertWeighing.OfChosen:
                for (var i = 0; i < shape.ChosenCount; i++)
                    weights[i] = scores[experts[i]];
                RowOps.Softmax(weights, weights, shape.ChosenCount);
                break;
            case ExpertWeighing.SparseMixer:
                weights[0] = Mixed(scores, shape.ExpertCount, experts[0], without: -1);
                weights[1] = Mixed(scores, shape.ExpertCount, experts[1], without: experts[0]);
                break;
            default:
                Given(shape, given, experts, weights);
                break;
        }
    }

    private static void Best(float* scores, int count, int* experts, int chosen)
    {
        for (var i = 0; i < chosen; i++)
        {
            var best = -1;
            for (var expert = 0; expert < count; expert++)
            {
                // What is no number must not leave a place empty.
                if ((best < 0 || scores[expert] > scores[best]) && !new ReadOnlySpan<int>(experts, i).Contains(expert))
                    best = expert;
            }

            experts[i] = best;
        }
    }

    private static void OfAll(ExpertShape shape, float* scores, int* experts, float* weights)
    {
        var probabilities = stackalloc float[shape.ExpertCount];
        RowOps.Softmax(scores, probabilities, shape.ExpertCount);
        for (var i = 0; i < shape.ChosenCount; i++)
            weights[i] = probabilities[experts[i]];
    }

    // The probability of the best score left among those near it, as the mixture was trained.
    private static float Mixed(float* scores, int count, int expert, int without)
    {
        var near = stackalloc float[count];
        var best = scores[expert];
        for (var i = 0; i < count; i++)
        {
            var size = MathF.Max(MathF.Abs(scores[i]), best);
            near[i] = i == without || (best - scores[i]) / size > MixerMargin ? float.NegativeInfinity : scores[i];
        }

        RowOps.Softmax(near, near, count);
        return near[expert];
    }

    private static void Given(ExpertShape shape, float* given, int* experts, float* weights)
    {
        var sum = 0f;
        for (var i = 0; i < shape.ChosenCount; i++)
            sum += weights[i] = given[experts[i]];
        if (shape.Weighing == ExpertWeighing.GivenNormalized && sum != 0)
            RowOps.Scale(weights, 1 / sum, weights, shape.ChosenCount);
    }
}

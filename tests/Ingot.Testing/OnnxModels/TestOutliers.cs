namespace Ingot.Testing.OnnxModels;

/// <summary>
/// A few inputs of the products behind norms that are far larger than the others, as trained models have them: because the norm makes them so,
/// because the weights are, or one making up for the other.
/// </summary>
/// <param name="NormFactor">What the norms' weights of these inputs are multiplied by.</param>
/// <param name="WeightFactor">What the matrices' weights of these inputs are multiplied by.</param>
public sealed record TestOutliers(float NormFactor, float WeightFactor)
{
    /// <summary>Which inputs: one in every so many.</summary>
    public int OneIn { get; init; } = 61;

    internal void PlantInNorm(float[] norm)
    {
        for (var i = OneIn / 2; i < norm.Length; i += OneIn)
            norm[i] *= NormFactor;
    }

    internal string MatMul(TestWeights weights, string basename, string input, int outputs, int inputs, string? output)
    {
        var given = new float[outputs * inputs];
        for (var i = 0; i < given.Length; i++)
            given[i] = weights.Normal() / MathF.Sqrt(inputs);
        if (!basename.Contains("o_proj", StringComparison.Ordinal) && !basename.Contains("down_proj", StringComparison.Ordinal))
        {
            for (var i = OneIn / 2; i < inputs; i += OneIn)
            {
                for (var n = 0; n < outputs; n++)
                    given[(n * inputs) + i] *= WeightFactor;
            }
        }

        return weights.Given(basename, input, outputs, inputs, given, output);
    }
}

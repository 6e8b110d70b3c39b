namespace Ingot.Engine.Sampling.Rows;

/// <summary>How a logit becomes a weight, which is as likely as it is heavy: exp((logit - largest) / temperature), 0 below a floor. None is above 1.</summary>
/// <param name="Max">The largest logit.</param>
/// <param name="Temperature">Above 0.</param>
/// <param name="Floor">The least logit that weighs anything; negative infinity for all.</param>
internal readonly record struct Weighing(float Max, float Temperature, float Floor = float.NegativeInfinity)
{
    // A power of e for each number beyond this would be of nothing but rounding.
    private const float LeastTemperature = 1e-30f;

    /// <summary>The temperature that logits are divided by.</summary>
    public float Divisor => Math.Max(Temperature, LeastTemperature);

    /// <summary>About what a logit weighs.</summary>
    public double Of(float logit) => Math.Exp(((double)logit - Max) / Divisor);

    /// <summary>
    /// A logit below which all are too unlikely to matter to a cut that leaves a share of the weight: even if all were, together they would weigh less than what is cut off.
    /// </summary>
    public float LeastLogit(float share, double total, int count)
    {
        double least = Math.Min((1 - (double)share) * total / count, 1);
        // A little further down than the weights go: powers are rounded.
        return Math.Max((float)(Max + (((Math.Log(least) * 1.0001) - 0.001) * Divisor)), float.MinValue);
    }
}

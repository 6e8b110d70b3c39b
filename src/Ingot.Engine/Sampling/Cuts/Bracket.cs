namespace Ingot.Engine.Sampling.Cuts;

/// <summary>Two values, by <see cref="Rank.OrderOf"/>, and a cut between them: what is at or above the lower sums to a target, what is at or above the higher does not.</summary>
internal struct Bracket(float low, float max)
{
    private const double Wide = 1000;

    /// <summary>The lower, which belongs to it.</summary>
    public int Low { get; private set; } = Rank.OrderOf(low);

    /// <summary>The higher, which does not.</summary>
    public int High { get; private set; } = Rank.OrderOf(max) + 1;

    /// <summary>The sum of what is at or above the lower; infinite before it is known.</summary>
    public double FromLow { get; private set; } = double.PositiveInfinity;

    /// <summary>The sum of what is at or above the higher.</summary>
    public double FromHigh { get; private set; }

    public readonly float LowValue => Rank.ValueOf(Low);

    public readonly float HighValue => Rank.ValueOf(High);

    public readonly bool IsOneValue => (long)High - Low <= 1;

    /// <summary>What lies between.</summary>
    public readonly double Within => FromLow - FromHigh;

    /// <summary>Values that divide it evenly: where logits lie far apart, as many floats lie between two of them.</summary>
    public readonly void Divide(Span<float> least)
    {
        double low = LowValue, width = HighValue - low;
        for (int i = 0; i < least.Length; i++)
        {
            double part = (i + 1.0) / (least.Length + 1);
            least[i] = width < Wide ? Inside((float)(low + (part * width))) : Rank.ValueOf((int)(Low + (part * ((double)High - Low))));
        }
    }

    /// <summary>Values in it around the one where a sum would be reached, as a sample's narrower one has it.</summary>
    /// <param name="sample">The sample's.</param>
    /// <param name="sum">The sum, of the sample.</param>
    /// <param name="error">How far off that may be.</param>
    /// <param name="least">Gets the values, ascending.</param>
    public readonly void Surround(Bracket sample, double sum, double error, Span<float> least)
    {
        ReadOnlySpan<double> errors = [-2, -0.6, 0.6, 2];
        double low = sample.LowValue, perSum = (sample.HighValue - low) / sample.Within, at = low + ((sample.FromLow - sum) * perSum);
        for (int i = 0; i < least.Length; i++)
            least[i] = sample.IsOneValue ? (i < least.Length / 2 ? sample.LowValue : sample.HighValue) : Inside((float)(at + (errors[i] * error * perSum)));
    }

    // Above the lower, so that one of several narrows it.
    private readonly float Inside(float value) => Rank.ValueOf((int)Math.Clamp(Rank.OrderOf(value), Math.Min(Low + 1L, High - 1L), High - 1L));

    /// <summary>Narrows it.</summary>
    /// <param name="least">Values, ascending.</param>
    /// <param name="sums">The sums of what is at or above each.</param>
    /// <param name="target">The target.</param>
    /// <returns>Which of the values is the higher now; -1 when that is as it was.</returns>
    public int Narrow(ReadOnlySpan<float> least, ReadOnlySpan<double> sums, double target)
    {
        for (int i = 0; i < least.Length; i++)
        {
            int order = Rank.OrderOf(least[i]);
            if (sums[i] < target)
            {
                if (order >= High)
                    return -1;
                (High, FromHigh) = (order, sums[i]);
                return i;
            }
            if (order >= Low)
                (Low, FromLow) = (order, sums[i]);
        }
        return -1;
    }
}

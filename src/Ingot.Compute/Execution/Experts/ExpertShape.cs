namespace Ingot.Compute.Execution.Experts;

/// <summary>How the experts of a token are weighed against each other.</summary>
internal enum ExpertWeighing
{
    /// <summary>By their probabilities among all experts.</summary>
    OfAll,

    /// <summary>By their probabilities among the chosen ones.</summary>
    OfChosen,

    /// <summary>Two experts, each by its probability among those whose scores are near its own (SparseMixer).</summary>
    SparseMixer,

    /// <summary>By numbers given beside the scores.</summary>
    Given,

    /// <summary>By numbers given beside the scores, divided by the sum of the chosen ones.</summary>
    GivenNormalized,
}

/// <summary>What a layer of experts is like.</summary>
/// <param name="ExpertCount">Experts there are.</param>
/// <param name="ChosenCount">Experts a token goes through.</param>
/// <param name="Weighing">How their results are weighed.</param>
internal sealed record ExpertShape(int ExpertCount, int ChosenCount, ExpertWeighing Weighing)
{
    /// <summary>Rows of an expert begin at multiples of this, for so many lie together in their 8-bit form.</summary>
    public const int RowsTogether = Kernels.Activations.RowsTogether;

    /// <summary>Rows for all experts' tokens when a step has up to so many.</summary>
    public long SlotCount(int maxTokens)
    {
        var chosen = (long)maxTokens * ChosenCount;
        return chosen + ((RowsTogether - 1) * Math.Min(ExpertCount, chosen));
    }
}

using Ingot.Engine.Sampling.Cuts;
using Ingot.Engine.Sampling.Masks;
using Ingot.Engine.Sampling.Rows;

namespace Ingot.Engine.Sampling;

/// <summary>Working memory of one row's sampling, shared by all sequences that a thread chooses for, so that a token costs no allocation.</summary>
internal sealed class SamplingScratch(int vocabularySize)
{
    /// <summary>The row that is looked at.</summary>
    public Row Row { get; } = new(vocabularySize);

    /// <summary>The few of it that are drawn from.</summary>
    public Candidates Candidates { get; } = new(vocabularySize);

    /// <summary>Draws from it where they are many.</summary>
    public FlatDraw Flat { get; } = new(vocabularySize);

    /// <summary>A bit for each token that a constraint allows.</summary>
    public ulong[] Allowed { get; } = new ulong[TokenMask.WordsFor(vocabularySize)];

    /// <summary>The tokens allowed, ascending, where they are few.</summary>
    public int[] FewIds { get; } = new int[TokenMask.MostFew];

    /// <summary>Their logits.</summary>
    public float[] FewLogits { get; } = new float[TokenMask.MostFew];

    /// <summary>A row of logits as the model gave it.</summary>
    public float[] RawLogits { get; } = new float[vocabularySize];
}

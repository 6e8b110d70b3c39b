namespace Ingot.Engine.Sampling;

/// <summary>Working memory of one row's sampling, shared by all sequences that a thread chooses for, so that a token costs no allocation.</summary>
internal sealed class SamplingScratch(int vocabularySize)
{
    /// <summary>Candidates' token ids, ascending.</summary>
    public int[] Ids { get; } = new int[vocabularySize];

    /// <summary>Candidates' logits, later their weights, in the order of <see cref="Ids"/>.</summary>
    public float[] Values { get; } = new float[vocabularySize];

    /// <summary>Rank keys of the candidates, in any order.</summary>
    public ulong[] Keys { get; } = new ulong[vocabularySize];

    /// <summary>Sums of blocks of weights.</summary>
    public double[] BlockSums { get; } = new double[(vocabularySize + Logits.SumBlock - 1) / Logits.SumBlock];

    /// <summary>The largest logit of each block of the row that is looked at.</summary>
    public float[] BlockMaxima { get; } = new float[(vocabularySize + Logits.MaxBlock - 1) / Logits.MaxBlock];

    /// <summary>Sums of groups of keys.</summary>
    public double[] Groups { get; } = new double[RankKey.GroupCount];

    /// <summary>A bit for each token that a constraint allows.</summary>
    public ulong[] Allowed { get; } = new ulong[TokenMask.WordsFor(vocabularySize)];

    /// <summary>The tokens allowed, ascending, where they are few.</summary>
    public int[] FewIds { get; } = new int[TokenMask.MostFew];

    /// <summary>Their logits.</summary>
    public float[] FewLogits { get; } = new float[TokenMask.MostFew];

    /// <summary>A row of logits as the model gave it.</summary>
    public float[] RawLogits { get; } = new float[vocabularySize];
}

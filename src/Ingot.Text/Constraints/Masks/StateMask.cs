namespace Ingot.Text.Constraints.Masks;

/// <summary>
/// The tokens that a state alone allows, whatever its rule was called from, and the places in the trie where its rule may end
/// inside a token: whether such a token is allowed depends on the caller.
/// </summary>
/// <param name="Bits">A bit for each token; null where <paramref name="Tokens"/> lists them.</param>
/// <param name="Tokens">The tokens, where they are few.</param>
/// <param name="Rest">The trie that <paramref name="Ends"/> are places of.</param>
/// <param name="Ends">Places with tokens below them.</param>
internal sealed record StateMask(ulong[]? Bits, int[] Tokens, VocabularyTrie Rest, int[] Ends)
{
    /// <summary>How many places have to be looked at for one caller at most.</summary>
    public int PlacesBelowEnds { get; } = Ends.Sum(end => Rest.Nodes[end].End - end - 1);

    public void AddTo(Span<ulong> mask)
    {
        foreach (var token in Tokens) mask[token >> 6] |= 1UL << (token & 63);
        if (Bits is null) return;
        for (var word = 0; word < Bits.Length; word++) mask[word] |= Bits[word];
    }
}

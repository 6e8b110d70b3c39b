namespace Ingot.Text.Constraints.Masks;

/// <summary>The tokens of a vocabulary in two parts.</summary>
/// <param name="MaxCharacters">The first part: tokens of plain characters only, at most so many.</param>
/// <param name="Plain">The first part, a bit for each token.</param>
/// <param name="Rest">All other tokens.</param>
internal sealed record TokenSlice(int MaxCharacters, ulong[] Plain, VocabularyTrie Rest);

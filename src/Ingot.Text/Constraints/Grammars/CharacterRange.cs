namespace Ingot.Text.Constraints.Grammars;

/// <summary>A range of Unicode scalar values; surrogates inside it count for nothing.</summary>
/// <param name="First">The first, 0 to 0x10FFFF.</param>
/// <param name="Last">The last, not below the first.</param>
public readonly record struct CharacterRange(int First, int Last);

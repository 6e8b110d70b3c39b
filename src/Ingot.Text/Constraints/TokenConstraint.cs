using Ingot.Text.Constraints.Masks;

namespace Ingot.Text.Constraints;

/// <summary>
/// A grammar over a model's tokens. Shared by all answers under it, which find here what earlier ones found out. Thread-safe.
/// </summary>
/// <param name="grammar">The grammar.</param>
/// <param name="vocabulary">The model's tokens.</param>
public sealed class TokenConstraint(CompiledGrammar grammar, ConstraintVocabulary vocabulary)
{
    /// <summary>The grammar.</summary>
    public CompiledGrammar Grammar => grammar;

    /// <summary>The model's tokens.</summary>
    public ConstraintVocabulary Vocabulary => vocabulary;

    internal StateMasks Masks { get; } = new(vocabulary, grammar.Program, grammar.Limits);

    /// <summary>The constraint at the start of an answer.</summary>
    /// <returns>The state of one answer, the caller's.</returns>
    public ConstraintState Start() => new(this);
}

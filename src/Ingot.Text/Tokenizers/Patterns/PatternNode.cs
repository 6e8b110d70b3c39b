namespace Ingot.Text.Tokenizers.Patterns;

/// <summary>A regular expression as its parser understood it.</summary>
internal abstract record PatternNode
{
    /// <summary>Fewest code points a match takes.</summary>
    public abstract int MinLength { get; }

    /// <summary>Most code points a match takes; null when there is no bound.</summary>
    public abstract int? MaxLength { get; }
}

internal sealed record SetNode(CharacterSet Set) : PatternNode
{
    public override int MinLength => 1;

    public override int? MaxLength => 1;
}

internal sealed record SequenceNode(IReadOnlyList<PatternNode> Parts) : PatternNode
{
    public override int MinLength { get; } = Parts.Sum(p => p.MinLength);

    public override int? MaxLength { get; } = Parts.Aggregate((int?)0, (sum, part) => sum + part.MaxLength);
}

internal sealed record AlternativesNode(IReadOnlyList<PatternNode> Choices) : PatternNode
{
    public override int MinLength { get; } = Choices.Min(c => c.MinLength);

    public override int? MaxLength { get; } = Choices.Any(c => c.MaxLength is null) ? null : Choices.Max(c => c.MaxLength);
}

internal enum RepeatKind
{
    Greedy,
    Lazy,
    Possessive,
}

internal sealed record RepeatNode(PatternNode Body, int Min, int? Max, RepeatKind Kind) : PatternNode
{
    public override int MinLength { get; } = Math.Min(TokenizerLimits.MaxPatternLength, Body.MinLength * Min);

    public override int? MaxLength { get; } = Max is { } max ? Body.MaxLength * max : Body.MaxLength == 0 ? 0 : null;
}

internal sealed record LookNode(PatternNode Body, bool Behind, bool Negative) : PatternNode
{
    public override int MinLength => 0;

    public override int? MaxLength => 0;
}

internal sealed record AtomicNode(PatternNode Body) : PatternNode
{
    public override int MinLength => Body.MinLength;

    public override int? MaxLength => Body.MaxLength;
}

internal enum AnchorKind
{
    TextStart,
    TextEnd,
    TextEndOrFinalNewline,
    LineStart,
    LineEnd,
    WordBoundary,
    NotWordBoundary,
}

internal sealed record AnchorNode(AnchorKind Kind) : PatternNode
{
    public override int MinLength => 0;

    public override int? MaxLength => 0;
}

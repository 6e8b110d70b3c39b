namespace Ingot.Text.Constraints;

/// <summary>How much a grammar may ask for. A grammar is part of a request: beyond a limit it is refused, never half done.</summary>
public sealed record GrammarLimits
{
    /// <summary>What requests are held to.</summary>
    public static GrammarLimits Default { get; } = new();

    /// <summary>Nodes of all rules together, counted each time one is reached; default 200,000.</summary>
    public int MaxNodes { get; init; } = 200_000;

    /// <summary>
    /// How deep nodes of one rule may lie in each other, rules referred to not counted but where they must be regular; default 700.
    /// </summary>
    public int MaxDepth { get; init; } = 700;

    /// <summary>States of the compiled grammar; default 200,000.</summary>
    public int MaxStates { get; init; } = 200_000;

    /// <summary>Steps that compiling may take, each well below a microsecond; default 6,000,000.</summary>
    public int MaxWork { get; init; } = 6_000_000;

    /// <summary>In how many ways at once a text so far may be read; default 400.</summary>
    public int MaxReadings { get; init; } = 400;

    /// <summary>
    /// Steps that one token may take, to find what is allowed or to go on by it; default 200,000. What an ambiguous grammar
    /// asks beyond that ends its own answer instead of holding up others.
    /// </summary>
    public int MaxTokenWork { get; init; } = 200_000;
}

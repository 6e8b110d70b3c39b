namespace Ingot.Text.Templates;

/// <summary>
/// What one chat template may use. A template is a file somebody else wrote: exceeding a limit is an error, never a hang.
/// The defaults leave room for conversations of millions of characters.
/// </summary>
public sealed record TemplateLimits
{
    /// <summary>The defaults.</summary>
    public static TemplateLimits Default { get; } = new();

    /// <summary>Longest template source, in UTF-16 units. Default 512 Ki.</summary>
    public int MaximumSourceLength { get; init; } = 512 * 1024;

    /// <summary>Deepest nesting of blocks, brackets and operators in the source. Default 96.</summary>
    public int MaximumNesting { get; init; } = 96;

    /// <summary>
    /// Work one rendering may do: each expression, statement, list element and 16 characters of text made cost one.
    /// It bounds time (about a second) and memory alike. Default 10 million.
    /// </summary>
    public long MaximumSteps { get; init; } = 10_000_000;

    /// <summary>Longest text one rendering may build, the prompt included, in UTF-16 units. Default 16 Mi.</summary>
    public int MaximumTextLength { get; init; } = 16 * 1024 * 1024;

    /// <summary>Deepest chain of expressions, blocks and macro calls while rendering. Default 800.</summary>
    public int MaximumDepth { get; init; } = 800;

    /// <summary>Most elements <c>range</c> gives. Default 100,000.</summary>
    public int MaximumRange { get; init; } = 100_000;
}

namespace Ingot.Text.Constraints.JsonSchema.Schemas;

/// <summary>How large a schema may be, and how much work it may make. Beyond what people write, below what hurts.</summary>
internal static class SchemaLimits
{
    /// <summary>Characters of the schema's text.</summary>
    public const int MaxCharacters = 1 << 20;

    /// <summary>Schemas within schemas.</summary>
    public const int MaxDepth = 100;

    /// <summary>Schemas in all, those that are derived included.</summary>
    public const int MaxNodes = 20_000;

    /// <summary>Alternatives of one place that exclude each other in nothing (each <c>anyOf</c> multiplies).</summary>
    public const int MaxAlternatives = 256;

    /// <summary>Rules of the grammar.</summary>
    public const int MaxRules = 20_000;

    /// <summary>Steps of all expansions together.</summary>
    public const int MaxSteps = 400_000;

    /// <summary>Patterns of property names at one place; their combinations double with each.</summary>
    public const int MaxNamePatterns = 4;

    /// <summary>Values that <c>uniqueItems</c> can tell apart.</summary>
    public const int MaxUniqueValues = 8;

    /// <summary>Counted lengths: of strings, arrays and objects.</summary>
    public const int MaxCount = 65_536;
}

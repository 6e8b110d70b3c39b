namespace Ingot.Text.Constraints.JsonSchema;

/// <summary>How a JSON Schema becomes a grammar.</summary>
public sealed record JsonSchemaOptions
{
    /// <summary>The usual choices: everything enforced, JSON compact or indented.</summary>
    public static JsonSchemaOptions Default { get; } = new();

    /// <summary>Keywords that are not enforced here because the caller checks them afterwards, such as <c>uniqueItems</c>. Default none.</summary>
    public IReadOnlySet<string> LeftToValidation { get; init; } = new HashSet<string>();

    /// <summary>Which white space may be written between JSON's tokens. Default: as compact or as indented as people write it.</summary>
    public JsonWhiteSpace WhiteSpace { get; init; } = JsonWhiteSpace.Flexible;
}

/// <summary>Which white space may be written between JSON's tokens. No choice allows it without end.</summary>
public enum JsonWhiteSpace
{
    /// <summary>None, or one space after a colon or comma; or a line break and its indent wherever an indented text has one.</summary>
    Flexible,

    /// <summary>None, or one space after a colon or comma.</summary>
    SingleSpaces,

    /// <summary>None at all.</summary>
    None,
}

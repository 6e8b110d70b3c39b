using Ingot.Errors;

namespace Ingot.Text.Constraints.JsonSchema.Schemas;

/// <summary>Refusals that name the place in the schema: its JSON pointer is the exception's parameter.</summary>
internal static class SchemaRefusal
{
    /// <summary>The schema itself is wrong.</summary>
    public static IngotException Wrong(string pointer, string rule) =>
        new(ErrorCode.InvalidValue, $"The schema is invalid at '{Shown(pointer)}': {rule}.", Shown(pointer));

    /// <summary>A sound schema that cannot be enforced exactly.</summary>
    public static IngotException Unenforceable(string pointer, string reason) =>
        new(ErrorCode.UnsupportedValue, $"The schema cannot be enforced at '{Shown(pointer)}': {reason}.", Shown(pointer));

    private static string Shown(string pointer) => pointer.Length == 0 ? "#" : "#" + pointer;
}

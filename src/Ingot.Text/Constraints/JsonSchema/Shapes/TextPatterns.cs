using Ingot.Errors;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema.Schemas;
using Ingot.Text.Constraints.RegularExpressions;

namespace Ingot.Text.Constraints.JsonSchema.Shapes;

/// <summary>Regular expressions of a schema, which are found anywhere in a string unless they are anchored.</summary>
internal static class TextPatterns
{
    /// <summary>The texts a pattern is found in.</summary>
    public static GrammarNode Read(string pattern, string pointer)
    {
        try
        {
            return RegularExpression.Parse(pattern);
        }
        catch (IngotException refusal)
        {
            var reason = refusal.Message.TrimEnd('.');
            throw refusal.Code == ErrorCode.UnsupportedValue ? SchemaRefusal.Unenforceable(pointer, reason) : SchemaRefusal.Wrong(pointer, reason);
        }
    }
}

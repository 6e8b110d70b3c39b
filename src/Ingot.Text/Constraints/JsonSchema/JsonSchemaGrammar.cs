using System.Text.Json;
using Ingot.Errors;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema.Schemas;
using Ingot.Text.Constraints.JsonSchema.Shapes;

namespace Ingot.Text.Constraints.JsonSchema;

/// <summary>
/// Turns JSON Schemas (draft 7 to 2020-12) into grammars of the JSON texts that satisfy them. Properties are written in the
/// order they are declared, then others; whole numbers without a fraction. What cannot be enforced exactly is refused.
/// </summary>
public static class JsonSchemaGrammar
{
    /// <summary>The grammar of a schema's values.</summary>
    /// <param name="schema">The schema: an object, true or false.</param>
    /// <param name="options">How; absent means <see cref="JsonSchemaOptions.Default"/>.</param>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.InvalidValue"/>: the schema is wrong, or no value satisfies it. <see cref="ErrorCode.UnsupportedValue"/>:
    /// it cannot be enforced exactly, or is too large. The parameter is the JSON pointer of the place, such as <c>#/properties/a/pattern</c>.
    /// </exception>
    public static Grammar Compile(JsonElement schema, JsonSchemaOptions? options = null)
    {
        options ??= JsonSchemaOptions.Default;
        SchemaText.Check(schema);
        var nodes = new SchemaNodes();
        var root = new SchemaReader(new SchemaDocument(schema), nodes, options.LeftToValidation).ReadRoot();
        return new SchemaCompiler(nodes, options).Compile(root);
    }

    /// <summary>The grammar of any JSON object.</summary>
    /// <param name="options">How; absent means <see cref="JsonSchemaOptions.Default"/>.</param>
    public static Grammar AnyObject(JsonSchemaOptions? options = null) => Any(JsonSyntax.Object, options);

    /// <summary>The grammar of any JSON value.</summary>
    /// <param name="options">How; absent means <see cref="JsonSchemaOptions.Default"/>.</param>
    public static Grammar AnyValue(JsonSchemaOptions? options = null) => Any(JsonSyntax.Value, options);

    private static Grammar Any(GrammarNode root, JsonSchemaOptions? options) =>
        GrammarCleaning.Clean(new Dictionary<string, GrammarNode>(JsonSyntax.Rules((options ?? JsonSchemaOptions.Default).WhiteSpace)), root)!;
}

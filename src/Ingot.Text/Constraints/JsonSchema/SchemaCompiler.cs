using System.Globalization;
using System.Text.Json;
using Ingot.Errors;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema.Analysis;
using Ingot.Text.Constraints.JsonSchema.Numbers;
using Ingot.Text.Constraints.JsonSchema.Schemas;
using Ingot.Text.Constraints.JsonSchema.Shapes;

namespace Ingot.Text.Constraints.JsonSchema;

/// <summary>
/// Writes the rules of one grammar: one for every set of schemas that hold together at some place, made when it is first
/// asked for, so that schemas may refer to themselves. Not thread-safe.
/// </summary>
internal sealed class SchemaCompiler
{
    private readonly Dictionary<string, GrammarNode> _rules;
    private readonly Dictionary<string, GrammarNode> _written = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GrammarNode> _alternatives = new(StringComparer.Ordinal);
    private readonly Dictionary<GrammarNode, GrammarNode> _scalars = new(NodeComparer.Instance);
    private readonly Queue<(string Rule, Alternative Alternative)> _waiting = new();
    private readonly SchemaNodes _nodes;
    private readonly SchemaNegation _negation;
    private readonly SchemaExpander _expander;
    private readonly MultipleText _multiples;
    private readonly ArrayShape _arrays;
    private readonly ObjectShape _objects;
    private SchemaCompiler? _loose;
    private int _names;

    /// <param name="nodes">Makes further schemas.</param>
    /// <param name="options">What to enforce.</param>
    /// <param name="isLoose">Whether <c>oneOf</c> may be taken as <c>anyOf</c>: more values then fit.</param>
    public SchemaCompiler(SchemaNodes nodes, JsonSchemaOptions options, bool isLoose = false)
    {
        _nodes = nodes;
        _rules = new(JsonSyntax.Rules(options.WhiteSpace), StringComparer.Ordinal);
        _negation = new SchemaNegation(nodes);
        Func<SchemaNode, SchemaNode, bool> areExclusive = isLoose
            ? (_, _) => true
            : (first, second) => (_loose ??= new SchemaCompiler(nodes, options, isLoose: true)).CannotHold([first, second]);
        _expander = new SchemaExpander(nodes, _negation, new ExclusiveBranches(nodes, _negation) { AreExclusive = areExclusive });
        _multiples = new MultipleText(_rules);
        _arrays = new ArrayShape(this);
        _objects = new ObjectShape(this);
        Evaluator = new SchemaEvaluator(nodes);
    }

    /// <summary>Checks values known now.</summary>
    public SchemaEvaluator Evaluator { get; }

    /// <summary>The grammar of one schema's values.</summary>
    /// <exception cref="IngotException">No value satisfies it, or it cannot be enforced.</exception>
    public Grammar Compile(SchemaNode schema)
    {
        var root = Write([schema]);
        WriteWaiting();
        return GrammarCleaning.Clean(_rules, root) ?? throw SchemaRefusal.Wrong(schema.Pointer, "no value satisfies it");
    }

    /// <summary>What satisfies all of these schemas.</summary>
    public GrammarNode Write(IReadOnlyList<SchemaNode> schemas)
    {
        List<SchemaNode> asking = [.. schemas.Where(schema => !schema.IsAlways).DistinctBy(schema => schema.Id)];
        if (asking.Count == 0)
            return JsonSyntax.Value;
        if (asking.Exists(schema => schema.IsNever))
            return GrammarNode.Never;
        var key = string.Join(',', asking.Select(schema => schema.Id).Order());
        if (_written.TryGetValue(key, out var known))
            return known;
        return _written[key] = Nodes.Either(_expander.Expand(asking).Select(Reference));
    }

    /// <summary>What the strings that satisfy all of these schemas hold, a regular node.</summary>
    public GrammarNode Texts(IReadOnlyList<SchemaNode> schemas) => Nodes.Either(_expander.Expand(schemas)
        .Where(alternative => (alternative.Kinds & JsonKinds.String) != 0)
        .Select(alternative => ValuesOf(alternative) is { } values
            ? Nodes.Either(values.Where(value => value.ValueKind == JsonValueKind.String).Select(value => new Literal(value.GetString()!)))
            : TextShape.Characters(alternative.Schemas) ?? Nodes.AnyText));

    /// <summary>The values that satisfy all of these schemas, where a schema lists them; null where none does.</summary>
    public IReadOnlyList<JsonElement>? ValuesOf(IReadOnlyList<SchemaNode> schemas)
    {
        if (schemas.Count == 0)
            return null;
        List<JsonElement> all = [];
        foreach (var alternative in _expander.Expand(schemas))
        {
            if (ValuesOf(alternative) is not { } values)
                return null;
            all.AddRange(values.Where(value => !all.Exists(other => JsonEquality.AreEqual(value, other))));
        }

        return all;
    }

    /// <summary>The schema of everything that does not satisfy this one.</summary>
    public SchemaNode Opposite(SchemaNode schema) => _negation.Negate(schema);

    /// <summary>A name for a rule that is defined later, and the reference to it.</summary>
    public (string Name, GrammarNode Reference) NewRule()
    {
        if (_rules.Count >= SchemaLimits.MaxRules)
            throw SchemaRefusal.Unenforceable("", $"it needs more than {SchemaLimits.MaxRules} rules");
        var name = (++_names).ToString(CultureInfo.InvariantCulture);
        _rules.Add(name, GrammarNode.Never);
        return (name, new RuleReference(name));
    }

    public void Define(string name, GrammarNode node) => _rules[name] = node;

    private List<JsonElement>? ValuesOf(Alternative alternative)
    {
        if (alternative.Schemas.FirstOrDefault(schema => schema.Values is not null)?.Values is not { } values)
            return null;
        return [.. values.Where(value => (alternative.Kinds & SchemaEvaluator.KindOf(value)) != 0 && alternative.Schemas.All(schema => Evaluator.IsValid(schema, value)))];
    }

    private GrammarNode Reference(Alternative alternative)
    {
        if (alternative.Schemas.Count == 0)
            return JsonSyntax.Value;
        if (_alternatives.TryGetValue(alternative.Key, out var known))
            return known;

        // What holds other values gets a rule, which may refer to itself.
        if ((alternative.Kinds & (JsonKinds.Array | JsonKinds.Object)) == 0)
            return _alternatives[alternative.Key] = Scalar(WriteAlternative(alternative));
        var (name, reference) = NewRule();
        _waiting.Enqueue((name, alternative));
        return _alternatives[alternative.Key] = reference;
    }

    // Schemas repeat themselves: what is written alike is one rule, compiled once, its masks found once.
    private GrammarNode Scalar(GrammarNode node)
    {
        if (node is Literal or RuleReference || Nodes.IsNever(node))
            return node;
        if (_scalars.TryGetValue(node, out var known))
            return known;
        var (name, reference) = NewRule();
        Define(name, node);
        return _scalars[node] = reference;
    }

    private void WriteWaiting()
    {
        while (_waiting.TryDequeue(out var next))
            Define(next.Rule, WriteAlternative(next.Alternative));
    }

    private GrammarNode WriteAlternative(Alternative alternative)
    {
        _nodes.Step(alternative.Schemas[0].Pointer, alternative.Schemas.Count);
        if (ValuesOf(alternative) is { } values)
            return Nodes.Either(values.Select(LiteralShape.Write));
        var (schemas, kinds) = (alternative.Schemas, alternative.Kinds);
        List<GrammarNode> options = [];
        if ((kinds & JsonKinds.Object) != 0)
            options.Add(_objects.Write(schemas));
        if ((kinds & JsonKinds.Array) != 0)
            options.Add(_arrays.Write(schemas));
        if ((kinds & JsonKinds.String) != 0)
            options.Add(TextShape.Write(schemas));
        if ((kinds & JsonKinds.Number) != 0)
            options.Add(NumberShape.Write(schemas, kinds, _multiples));
        if ((kinds & JsonKinds.Boolean) != 0)
            options.Add(JsonSyntax.Boolean);
        if ((kinds & JsonKinds.Null) != 0)
            options.Add(new Literal("null"));
        return Nodes.Either(options);
    }

    private bool CannotHold(IReadOnlyList<SchemaNode> schemas)
    {
        try
        {
            var node = Write(schemas);
            WriteWaiting();
            return GrammarCleaning.Clean(_rules, node) is null;
        }
        catch (IngotException refusal) when (refusal.Code == ErrorCode.UnsupportedValue)
        {
            return false;
        }
    }
}

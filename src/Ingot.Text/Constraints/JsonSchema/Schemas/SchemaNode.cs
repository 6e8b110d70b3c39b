using System.Text.Json;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema.Numbers;

namespace Ingot.Text.Constraints.JsonSchema.Schemas;

/// <summary>
/// One schema, read: what it says itself about a value, and the schemas it combines at the same place. Nodes that are not
/// written anywhere (the opposite of a schema, say) have the pointer of the one they come from.
/// </summary>
internal sealed class SchemaNode(int id, string pointer, bool isWritten)
{
    /// <summary>Unique within a compilation; ascending in the order of reading.</summary>
    public int Id { get; } = id;

    /// <summary>Where it stands, as a JSON pointer.</summary>
    public string Pointer { get; } = pointer;

    /// <summary>Whether it stands in the schema; only then do its properties count as evaluated.</summary>
    public bool IsWritten { get; } = isWritten;

    /// <summary>True for the schema no value satisfies.</summary>
    public bool IsNever { get; set; }

    /// <summary>The types it allows.</summary>
    public JsonKinds Kinds { get; set; } = JsonKinds.All;

    /// <summary>The only values it allows; null for no such list.</summary>
    public IReadOnlyList<JsonElement>? Values { get; set; }

    /// <summary>What it asks of numbers; null for nothing.</summary>
    public NumberRules? Numbers { get; set; }

    /// <summary>What it asks of strings; null for nothing.</summary>
    public TextRules? Text { get; set; }

    /// <summary>What it asks of arrays; null for nothing.</summary>
    public ArrayRules? Array { get; set; }

    /// <summary>What it asks of objects; null for nothing.</summary>
    public ObjectRules? Object { get; set; }

    /// <summary>The schema it refers to, looked up when it is needed; null for none.</summary>
    public Lazy<SchemaNode>? Reference { get; set; }

    /// <summary>Schemas that must hold too.</summary>
    public List<SchemaNode> AllOf { get; } = [];

    /// <summary>Groups of schemas of each of which at least one must hold.</summary>
    public List<IReadOnlyList<SchemaNode>> AnyOf { get; } = [];

    /// <summary>Groups of schemas of each of which exactly one must hold.</summary>
    public List<IReadOnlyList<SchemaNode>> OneOf { get; } = [];

    /// <summary>Schemas that must not hold.</summary>
    public List<SchemaNode> Not { get; } = [];

    /// <summary>A condition and what must hold with and without it; null for none.</summary>
    public Conditional? Conditional { get; set; }

    /// <summary>Schemas that must hold for an object that has a property of that name.</summary>
    public List<KeyValuePair<string, SchemaNode>> Dependents { get; } = [];

    /// <summary>Whether it says anything beyond the schemas it combines.</summary>
    public bool HasRules => Kinds != JsonKinds.All || Values is not null || Numbers is not null || Text is not null || Array is not null || Object is not null;

    /// <summary>Whether every value satisfies it.</summary>
    public bool IsAlways =>
        !IsNever && !HasRules && Reference is null && AllOf.Count == 0 && AnyOf.Count == 0 && OneOf.Count == 0 && Not.Count == 0
        && Conditional is null && Dependents.Count == 0;
}

/// <param name="If">The condition.</param>
/// <param name="Then">Must hold where the condition does; null for nothing.</param>
/// <param name="Else">Must hold where the condition does not; null for nothing.</param>
internal sealed record Conditional(SchemaNode If, SchemaNode? Then, SchemaNode? Else);

/// <param name="Range">The numbers allowed.</param>
/// <param name="MultipleOf">Above 0: the number must be a whole number of times it; null for no such rule.</param>
internal sealed record NumberRules(NumberSet Range, ExactNumber? MultipleOf);

/// <summary>What is asked of strings, in Unicode characters.</summary>
internal sealed record TextRules
{
    public int MinLength { get; init; }

    public int? MaxLength { get; init; }

    /// <summary>Regular nodes the whole text must match.</summary>
    public IReadOnlyList<GrammarNode> Required { get; init; } = [];

    /// <summary>Regular nodes the whole text must not match.</summary>
    public IReadOnlyList<GrammarNode> Forbidden { get; init; } = [];
}

/// <summary>What is asked of arrays.</summary>
internal sealed record ArrayRules
{
    public IReadOnlyList<SchemaNode> Prefix { get; init; } = [];

    /// <summary>The schema of items after the prefix; null for any.</summary>
    public SchemaNode? Items { get; init; }

    /// <summary>As <see cref="Items"/>, for items no other schema at the same place has evaluated.</summary>
    public SchemaNode? Unevaluated { get; init; }

    public int MinItems { get; init; }

    public int? MaxItems { get; init; }

    public bool UniqueItems { get; init; }

    public SchemaNode? Contains { get; init; }

    public int MinContains { get; init; } = 1;

    public int? MaxContains { get; init; }
}

/// <summary>What is asked of objects.</summary>
internal sealed record ObjectRules
{
    /// <summary>Properties in the order they are declared.</summary>
    public OrderedDictionary<string, SchemaNode> Properties { get; init; } = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Required { get; init; } = [];

    public IReadOnlyList<PatternProperty> Patterns { get; init; } = [];

    /// <summary>The schema of properties that are neither declared nor matched by a pattern; null for any.</summary>
    public SchemaNode? Additional { get; init; }

    /// <summary>As <see cref="Additional"/>, for properties no other schema at the same place has evaluated.</summary>
    public SchemaNode? Unevaluated { get; init; }

    /// <summary>The schema of every property's name; null for any.</summary>
    public SchemaNode? Names { get; init; }

    public int MinProperties { get; init; }

    public int? MaxProperties { get; init; }
}

/// <param name="Pattern">The pattern as written.</param>
/// <param name="Names">The names it matches, a regular node.</param>
/// <param name="Schema">The schema of the properties of such names.</param>
internal sealed record PatternProperty(string Pattern, GrammarNode Names, SchemaNode Schema);

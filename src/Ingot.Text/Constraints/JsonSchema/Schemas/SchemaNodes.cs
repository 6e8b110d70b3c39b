using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.JsonSchema.Schemas;

/// <summary>Makes the nodes of one compilation and counts them. Not thread-safe.</summary>
internal sealed class SchemaNodes
{
    private int _count;
    private int _steps;

    /// <summary>A node for a schema that stands in the text.</summary>
    public SchemaNode Written(string pointer) => Create(pointer, isWritten: true);

    /// <summary>A node that follows from another.</summary>
    public SchemaNode Derived(string pointer) => Create(pointer, isWritten: false);

    /// <summary>The schema no value satisfies.</summary>
    public SchemaNode Never(string pointer)
    {
        var node = Derived(pointer);
        node.IsNever = true;
        return node;
    }

    /// <summary>All of these.</summary>
    public SchemaNode All(string pointer, params IEnumerable<SchemaNode> parts)
    {
        var node = Derived(pointer);
        node.AllOf.AddRange(parts);
        return node;
    }

    /// <summary>Any object that has this property.</summary>
    public SchemaNode Having(string pointer, string name)
    {
        var node = Derived(pointer);
        node.Kinds = JsonKinds.Object;
        node.Object = new ObjectRules { Required = [name] };
        return node;
    }

    /// <summary>Everything but objects that have this property.</summary>
    public SchemaNode Lacking(string pointer, string name)
    {
        var node = Derived(pointer);
        node.Object = new ObjectRules { Properties = new(StringComparer.Ordinal) { [name] = Never(pointer) } };
        return node;
    }

    /// <summary>Values of these types only.</summary>
    public SchemaNode Of(string pointer, JsonKinds kinds)
    {
        var node = Derived(pointer);
        node.Kinds = kinds;
        return node;
    }

    /// <summary>Strings of these rules only.</summary>
    public SchemaNode Texts(string pointer, TextRules rules)
    {
        var node = Of(pointer, JsonKinds.String);
        node.Text = rules;
        return node;
    }

    /// <summary>Arrays of these rules only.</summary>
    public SchemaNode Arrays(string pointer, ArrayRules rules)
    {
        var node = Of(pointer, JsonKinds.Array);
        node.Array = rules;
        return node;
    }

    /// <summary>Objects of these rules only.</summary>
    public SchemaNode Objects(string pointer, ObjectRules rules)
    {
        var node = Of(pointer, JsonKinds.Object);
        node.Object = rules;
        return node;
    }

    /// <summary>Counts work, so that no schema makes it endless.</summary>
    public void Step(string pointer, int steps = 1)
    {
        _steps += steps;
        if (_steps > SchemaLimits.MaxSteps)
            throw SchemaRefusal.Unenforceable(pointer, "the schema combines too many others");
    }

    private SchemaNode Create(string pointer, bool isWritten)
    {
        if (++_count > SchemaLimits.MaxNodes)
            throw SchemaRefusal.Unenforceable(pointer, $"there are more than {SchemaLimits.MaxNodes} schemas in it");
        return new SchemaNode(_count, pointer, isWritten);
    }
}

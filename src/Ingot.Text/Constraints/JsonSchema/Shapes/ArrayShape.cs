using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema.Schemas;

namespace Ingot.Text.Constraints.JsonSchema.Shapes;

/// <summary>Arrays that satisfy several schemas at once.</summary>
internal sealed class ArrayShape(SchemaCompiler compiler)
{
    private const int MaxStates = 4000;

    public GrammarNode Write(IReadOnlyList<SchemaNode> schemas)
    {
        var written = schemas.Where(schema => schema.Array is not null).ToList();
        if (written.Count == 0)
            return JsonSyntax.Array;
        var rules = written.ConvertAll(schema => schema.Array!);
        var prefix = Enumerable.Range(0, rules.Max(rule => rule.Prefix.Count)).Select(index => ItemAt(written, index)).ToList();
        var rest = ItemAt(written, prefix.Count);
        var minimum = rules.Max(rule => rule.MinItems);
        var maximum = rules.Min(rule => rule.MaxItems);
        var end = prefix.FindIndex(item => item.Exists(schema => schema.IsNever));
        if (end < 0 && rest.Exists(schema => schema.IsNever))
            end = prefix.Count;
        if (end >= 0)
            maximum = Math.Min(maximum ?? end, end);
        if (minimum > maximum)
            return GrammarNode.Never;
        if (maximum == 0)
            return written.Exists(schema => schema.Array is { Contains: not null, MinContains: > 0 }) ? GrammarNode.Never : new Literal("[]");
        if (prefix.Count > maximum)
            prefix.RemoveRange(maximum.Value, prefix.Count - maximum.Value);
        if (written.Find(schema => schema.Array!.UniqueItems) is { } unique && maximum is not 1)
            return WriteUnique(unique, written, prefix, rest, minimum, maximum);
        if (rules.Exists(rule => rule.Contains is not null))
            return WriteContaining(written, prefix, rest, minimum, maximum);
        return Enclose(Items(prefix, rest, minimum, maximum), minimum);
    }

    private static GrammarNode Enclose(GrammarNode items, int minimum)
    {
        var filled = JsonSyntax.Within('[', items, ']');
        return minimum > 0 ? filled : Nodes.Either(new Literal("[]"), filled);
    }

    private static List<SchemaNode> ItemAt(List<SchemaNode> schemas, int index)
    {
        var isKnown = schemas.Exists(schema => schema.IsWritten && (index < schema.Array!.Prefix.Count || schema.Array.Items is not null));
        return
        [
            .. schemas.Select(schema => schema.Array!)
                .Select(rule => index < rule.Prefix.Count ? rule.Prefix[index] : rule.Items ?? (isKnown ? null : rule.Unevaluated))
                .OfType<SchemaNode>(),
        ];
    }

    // At least one item, at most the maximum: those of the prefix one by one, then the rest.
    private GrammarNode Items(List<List<SchemaNode>> prefix, List<SchemaNode> rest, int minimum, int? maximum)
    {
        var item = compiler.Write(rest);
        var following = Nodes.Join(JsonSyntax.Comma, item);
        if (prefix.Count == 0)
            return Nodes.Join(item, Nodes.Times(following, Math.Max(0, minimum - 1), maximum - 1));
        var tail = Nodes.Times(following, Math.Max(0, minimum - prefix.Count), maximum - prefix.Count);
        for (var index = prefix.Count - 1; index >= 1; index--)
        {
            var more = Nodes.Join(JsonSyntax.Comma, compiler.Write(prefix[index]), tail);
            tail = index < minimum ? more : Nodes.Optional(more);
        }

        return Nodes.Join(compiler.Write(prefix[0]), tail);
    }

    // Counts items and those that one schema is to be found in; further positions are alike once all counts are reached.
    private GrammarNode WriteContaining(List<SchemaNode> schemas, List<List<SchemaNode>> prefix, List<SchemaNode> rest, int minimum, int? maximum)
    {
        var containing = schemas.Where(schema => schema.Array!.Contains is not null).ToList();
        if (containing.Count > 1)
            throw SchemaRefusal.Unenforceable($"{containing[1].Pointer}/contains", "an array is to contain items of two schemas");
        var rule = containing[0].Array!;
        var contained = rule.Contains!;
        var counted = Math.Max(rule.MinContains, rule.MaxContains ?? 0);
        var positions = Math.Max(Math.Max(prefix.Count, minimum), maximum ?? 0);
        if ((positions + 1L) * (counted + 1) > MaxStates)
            throw SchemaRefusal.Unenforceable($"{containing[0].Pointer}/contains", "there is too much to count");

        // Where there is no upper limit an item of the schema may also count as any other.
        var other = rule.MaxContains is null ? null : compiler.Opposite(contained);
        Dictionary<(int, int), GrammarNode> states = [];
        GrammarNode After(int index, int found)
        {
            var (at, had) = (Math.Min(index, positions), Math.Min(found, counted));
            if (states.TryGetValue((at, had), out var known))
                return known;
            var (name, reference) = compiler.NewRule();
            states.Add((at, had), reference);
            List<GrammarNode> options = index >= minimum && had >= rule.MinContains ? [GrammarNode.Empty] : [];
            if (!(index >= maximum))
                options.Add(Nodes.Join(JsonSyntax.Comma, Next(index, had)));
            compiler.Define(name, Nodes.Either(options));
            return reference;
        }

        GrammarNode Next(int index, int found)
        {
            var item = index < prefix.Count ? prefix[index] : rest;
            List<GrammarNode> options = [Nodes.Join(compiler.Write(other is null ? item : [.. item, other]), After(index + 1, found))];
            if (!(found >= rule.MaxContains))
                options.Add(Nodes.Join(compiler.Write([.. item, contained]), After(index + 1, found + 1)));
            return Nodes.Either(options);
        }

        var filled = JsonSyntax.Within('[', Next(0, 0), ']');
        return minimum == 0 && rule.MinContains == 0 ? Nodes.Either(new Literal("[]"), filled) : filled;
    }

    // Items that must differ are enforced where there are few values: which are used up is kept from item to item.
    private GrammarNode WriteUnique(SchemaNode unique, List<SchemaNode> schemas, List<List<SchemaNode>> prefix, List<SchemaNode> rest, int minimum, int? maximum)
    {
        var pointer = $"{unique.Pointer}/uniqueItems";
        if (prefix.Count > 0 || schemas.Exists(schema => schema.Array!.Contains is not null) || compiler.ValuesOf(rest) is not { } values)
            throw SchemaRefusal.Unenforceable(pointer, $"that items differ is only enforced where 'items' lists their values in an 'enum' of at most {SchemaLimits.MaxUniqueValues}");
        if (values.Count > SchemaLimits.MaxUniqueValues)
            throw SchemaRefusal.Unenforceable(pointer, $"that items differ is enforced for at most {SchemaLimits.MaxUniqueValues} values, and there are {values.Count}");
        Dictionary<int, GrammarNode> states = [];
        GrammarNode After(int used, int count)
        {
            if (states.TryGetValue(used, out var known))
                return known;
            var (name, reference) = compiler.NewRule();
            states.Add(used, reference);
            List<GrammarNode> options = count >= minimum ? [GrammarNode.Empty] : [];
            if (!(count >= maximum) && count < values.Count)
                options.Add(Nodes.Join(JsonSyntax.Comma, Next(used, count)));
            compiler.Define(name, Nodes.Either(options));
            return reference;
        }

        GrammarNode Next(int used, int count) => Nodes.Either(values.Index()
            .Where(value => (used & (1 << value.Index)) == 0)
            .Select(value => Nodes.Join(LiteralShape.Write(value.Item), After(used | (1 << value.Index), count + 1))));

        return minimum > values.Count ? GrammarNode.Never : Enclose(Next(0, 0), minimum);
    }
}

using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema.Schemas;

namespace Ingot.Text.Constraints.JsonSchema.Shapes;

/// <summary>Objects that satisfy several schemas at once: known members in the order they are declared, then any others.</summary>
internal sealed class ObjectShape(SchemaCompiler compiler)
{
    public GrammarNode Write(IReadOnlyList<SchemaNode> schemas)
    {
        var written = schemas.Where(schema => schema.Object is not null).ToList();
        if (written.Count == 0)
            return JsonSyntax.Object;
        var rules = written.ConvertAll(schema => schema.Object!);
        HashSet<string> required = [.. rules.SelectMany(rule => rule.Required)];
        var names = NamesOf(written);
        List<Member> members = [];
        foreach (var name in names)
        {
            var value = Never(written, name) ? GrammarNode.Never : compiler.Write(SchemasOf(written, name));
            if (!Nodes.IsNever(value))
                members.Add(new Member(Nodes.Join(JsonSyntax.Name(name), value), required.Contains(name)));
            else if (required.Contains(name))
                return value;
        }

        var others = OtherMembers(written, names);
        var minimum = rules.Max(rule => rule.MinProperties);
        var maximum = rules.Min(rule => rule.MaxProperties);
        return WriteMembers(written, members, others, minimum, maximum);
    }

    private GrammarNode WriteMembers(List<SchemaNode> schemas, List<Member> members, GrammarNode others, int minimum, int? maximum)
    {
        var hasOthers = !Nodes.IsNever(others);
        var needed = members.Count(member => member.IsRequired);
        if (needed > maximum || (!hasOthers && members.Count < minimum))
            return GrammarNode.Never;
        if (hasOthers && minimum - needed > 1)
        {
            var place = schemas.Find(schema => schema.Object!.MinProperties == minimum)!;
            throw SchemaRefusal.Unenforceable($"{place.Pointer}/minProperties", "that several further properties have different names cannot be enforced");
        }

        var isCounted = minimum > needed || maximum < members.Count || (hasOthers && maximum is not null);
        var list = new MemberList(compiler, members, others, isCounted ? minimum : 0, isCounted ? maximum : null);
        var filled = members.Count == 0 && !hasOthers || maximum == 0 ? GrammarNode.Never : JsonSyntax.Within('{', list.Write(), '}');
        return needed == 0 && minimum == 0 ? Nodes.Either(new Literal("{}"), filled) : filled;
    }

    private List<string> NamesOf(List<SchemaNode> schemas)
    {
        var finite = schemas.Where(schema => schema.Object!.Names is not null)
            .Select(schema => compiler.ValuesOf([schema.Object!.Names!])).FirstOrDefault(values => values is not null);
        return
        [
            .. schemas.SelectMany(schema => schema.Object!.Properties.Keys)
                .Concat(schemas.SelectMany(schema => schema.Object!.Required))
                .Concat(finite?.Where(value => value.ValueKind == System.Text.Json.JsonValueKind.String).Select(value => value.GetString()!) ?? [])
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private bool Never(List<SchemaNode> schemas, string name) =>
        schemas.Exists(schema => schema.Object!.Names is { } names && !compiler.Evaluator.IsValidName(names, name));

    private List<SchemaNode> SchemasOf(List<SchemaNode> schemas, string name)
    {
        List<SchemaNode> all = [];
        var isKnown = false;
        foreach (var schema in schemas)
        {
            var rule = schema.Object!;
            var isDeclared = rule.Properties.TryGetValue(name, out var property);
            List<SchemaNode> own = [.. isDeclared ? [property!] : Array.Empty<SchemaNode>()];
            own.AddRange(rule.Patterns.Where(pattern => compiler.Evaluator.Matches(pattern.Names, name, schema.Pointer)).Select(pattern => pattern.Schema));
            if (own.Count == 0 && rule.Additional is { } additional)
                own.Add(additional);
            isKnown |= schema.IsWritten && own.Count > 0;
            all.AddRange(own);
        }

        if (!isKnown)
            all.AddRange(schemas.Select(schema => schema.Object!.Unevaluated).OfType<SchemaNode>());
        return all;
    }

    // Names that are not declared fall into classes by the patterns that match them; each class has its own schemas.
    private GrammarNode OtherMembers(List<SchemaNode> schemas, List<string> names)
    {
        var patterns = schemas.SelectMany(schema => schema.Object!.Patterns).DistinctBy(pattern => pattern.Pattern, StringComparer.Ordinal).ToList();
        if (patterns.Count > SchemaLimits.MaxNamePatterns)
        {
            throw SchemaRefusal.Unenforceable($"{schemas.Find(schema => schema.Object!.Patterns.Count > 0)!.Pointer}/patternProperties",
                $"names are told apart by at most {SchemaLimits.MaxNamePatterns} patterns");
        }

        List<SchemaNode> nameSchemas = [.. schemas.Select(schema => schema.Object!.Names).OfType<SchemaNode>()];
        var allowed = nameSchemas.Count == 0 ? Nodes.AnyText : compiler.Texts(nameSchemas);
        List<GrammarNode> options = [];
        for (var matched = 0; matched < 1 << patterns.Count; matched++)
        {
            var inClass = patterns.Where((_, index) => (matched & (1 << index)) != 0).ToList();
            var value = compiler.Write(SchemasOf(schemas, [.. inClass.Select(pattern => pattern.Pattern)]));
            if (Nodes.IsNever(value) || Nodes.IsNever(allowed))
                continue;
            var known = names.Where(name => patterns.TrueForAll(pattern =>
                compiler.Evaluator.Matches(pattern.Names, name, schemas[0].Pointer) == inClass.Contains(pattern)));
            var characters = NamesIn(allowed, inClass, [.. patterns.Except(inClass).Select(pattern => pattern.Names), .. known.Select(name => new Literal(name))]);
            options.Add(Nodes.Join(JsonSyntax.Quoted(characters), JsonSyntax.Colon, value));
        }

        return Nodes.Either(options);
    }

    private static GrammarNode NamesIn(GrammarNode allowed, List<PatternProperty> matched, List<GrammarNode> excluded)
    {
        List<GrammarNode> parts = [.. matched.Select(pattern => pattern.Names)];
        if (!ReferenceEquals(allowed, Nodes.AnyText))
            parts.Insert(0, allowed);
        var node = parts.Count switch { 0 => Nodes.AnyText, 1 => parts[0], _ => new Intersection(parts) };
        return excluded.Count == 0 ? node : new Difference(node, Nodes.Either(excluded));
    }

    private static List<SchemaNode> SchemasOf(List<SchemaNode> schemas, HashSet<string> patterns)
    {
        List<SchemaNode> all = [];
        var isKnown = false;
        foreach (var schema in schemas)
        {
            var rule = schema.Object!;
            var matching = rule.Patterns.Where(pattern => patterns.Contains(pattern.Pattern)).Select(pattern => pattern.Schema).ToList();
            if (matching.Count == 0 && rule.Additional is { } additional)
                matching.Add(additional);
            isKnown |= schema.IsWritten && matching.Count > 0;
            all.AddRange(matching);
        }

        if (!isKnown)
            all.AddRange(schemas.Select(schema => schema.Object!.Unevaluated).OfType<SchemaNode>());
        return all;
    }
}

using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.JsonSchema.Shapes;

/// <param name="Text">Name, colon and value.</param>
/// <param name="IsRequired">Whether it must be there.</param>
internal sealed record Member(GrammarNode Text, bool IsRequired);

/// <summary>
/// The members of an object, at least one: each known one at its place or, where it is optional, not at all, then others.
/// A comma stands before all but the first, and members are counted where there are limits.
/// </summary>
/// <param name="compiler">Where rules go.</param>
/// <param name="members">The known members, in order.</param>
/// <param name="others">Any other member; never where there are none.</param>
/// <param name="minimum">The least number of members; 0 for no limit.</param>
/// <param name="maximum">The largest number of members; null for no limit.</param>
internal sealed class MemberList(SchemaCompiler compiler, List<Member> members, GrammarNode others, int minimum, int? maximum)
{
    private readonly Dictionary<(int, int), GrammarNode> _known = [];
    private readonly int _counted = Math.Max(1, Math.Max(minimum, maximum ?? 0));

    public GrammarNode Write() => minimum <= 1 && maximum is null ? First(0) : From(0, 0);

    // Without limits all that matters is whether a member stands before: once one does, the rest is one long sequence.
    private GrammarNode First(int index)
    {
        if (index == members.Count)
            return Others();
        var here = Nodes.Join(members[index].Text, After(index + 1));
        return members[index].IsRequired ? here : Nodes.Either(here, First(index + 1));
    }

    private GrammarNode After(int index)
    {
        if (_known.TryGetValue((index, 1), out var known))
            return known;
        List<GrammarNode> rest = [];
        var end = index;
        for (; end < members.Count && !IsEntered(end); end++)
        {
            var next = Nodes.Join(JsonSyntax.Comma, members[end].Text);
            rest.Add(members[end].IsRequired ? next : Nodes.Optional(next));
        }

        rest.Add(end < members.Count ? Following(end) : MoreOthers(0, null));
        return _known[(index, 1)] = Nodes.Join(rest);
    }

    // Members up to the first required one may be the first; only there does a shared rule begin.
    private bool IsEntered(int index) => index > 0 && members.Take(index).All(member => !member.IsRequired);

    private GrammarNode Following(int index)
    {
        if (_known.TryGetValue((index, 0), out var known))
            return known;
        var (name, reference) = compiler.NewRule();
        _known.Add((index, 0), reference);
        var next = Nodes.Join(JsonSyntax.Comma, members[index].Text);
        compiler.Define(name, Nodes.Join(members[index].IsRequired ? next : Nodes.Optional(next), After(index + 1)));
        return reference;
    }

    private GrammarNode From(int index, int count)
    {
        if (count > maximum)
            return GrammarNode.Never;
        count = Math.Min(count, _counted);
        if (index == members.Count)
            return count == 0 ? Others() : MoreOthers(Math.Max(0, minimum - count), maximum - count);
        if (_known.TryGetValue((index, count), out var known))
            return known;
        var (name, reference) = compiler.NewRule();
        _known.Add((index, count), reference);
        var here = Nodes.Join(Separator(count), members[index].Text, From(index + 1, count + 1));
        compiler.Define(name, members[index].IsRequired ? here : Nodes.Either(here, From(index + 1, count)));
        return reference;
    }

    private static GrammarNode Separator(int count) => count == 0 ? GrammarNode.Empty : JsonSyntax.Comma;

    private GrammarNode Others() => maximum == 0 ? GrammarNode.Never : Nodes.Join(others, MoreOthers(Math.Max(0, minimum - 1), maximum - 1));

    private GrammarNode MoreOthers(int least, int? most)
    {
        if (Nodes.IsNever(others))
            return least > 0 ? others : GrammarNode.Empty;
        return Nodes.Times(Nodes.Join(JsonSyntax.Comma, others), least, most);
    }
}

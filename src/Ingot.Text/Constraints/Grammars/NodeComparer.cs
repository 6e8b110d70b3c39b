namespace Ingot.Text.Constraints.Grammars;

/// <summary>Tells whether nodes are written alike, parts of parts included.</summary>
internal sealed class NodeComparer : IEqualityComparer<GrammarNode>
{
    public static NodeComparer Instance { get; } = new();

    public bool Equals(GrammarNode? x, GrammarNode? y) => ReferenceEquals(x, y) || (x, y) switch
    {
        (Sequence one, Sequence other) => AreEqual(one.Items, other.Items),
        (Choice one, Choice other) => AreEqual(one.Options, other.Options),
        (Intersection one, Intersection other) => AreEqual(one.Parts, other.Parts),
        (Repeat one, Repeat other) => (one.Minimum, one.Maximum) == (other.Minimum, other.Maximum) && Equals(one.Item, other.Item),
        (Difference one, Difference other) => Equals(one.Item, other.Item) && Equals(one.Excluded, other.Excluded),
        (JsonStringContent one, JsonStringContent other) => Equals(one.Item, other.Item),
        (CharacterSet one, CharacterSet other) => one.Negated == other.Negated && one.Ranges.SequenceEqual(other.Ranges),
        (not null, not null) => x.Equals(y),
        _ => false,
    };

    public int GetHashCode(GrammarNode obj) => obj switch
    {
        Sequence sequence => Hash(1, sequence.Items),
        Choice choice => Hash(2, choice.Options),
        Intersection intersection => Hash(3, intersection.Parts),
        Repeat repeat => HashCode.Combine(repeat.Minimum, repeat.Maximum, GetHashCode(repeat.Item)),
        Difference difference => HashCode.Combine(GetHashCode(difference.Item), GetHashCode(difference.Excluded)),
        JsonStringContent content => HashCode.Combine(4, GetHashCode(content.Item)),
        CharacterSet set => set.Ranges.Aggregate(HashCode.Combine(set.Negated), (hash, range) => HashCode.Combine(hash, range)),
        _ => obj.GetHashCode(),
    };

    private bool AreEqual(IReadOnlyList<GrammarNode> one, IReadOnlyList<GrammarNode> other) =>
        ReferenceEquals(one, other) || (one.Count == other.Count && one.SequenceEqual(other, this));

    private int Hash(int kind, IReadOnlyList<GrammarNode> nodes) => nodes.Aggregate(kind, (hash, node) => HashCode.Combine(hash, GetHashCode(node)));
}

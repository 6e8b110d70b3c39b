namespace Ingot.Text.Templates.Values;

/// <summary>
/// Python's notion of equal keys: 1, 1.0 and True are the same key. Tuples are keys only when short and flat,
/// so that hashing never costs more than a constant.
/// </summary>
internal sealed class KeyComparer : IEqualityComparer<TemplateValue>
{
    public static readonly KeyComparer Instance = new();

    private const int LongestTuple = 16;

    public static bool IsKey(TemplateValue value) =>
        value is TupleValue tuple
            ? tuple.Items.Count <= LongestTuple && tuple.Items.TrueForAll(IsScalar)
            : IsScalar(value);

    public bool Equals(TemplateValue? x, TemplateValue? y) => (x, y) switch
    {
        (StringValue a, StringValue b) => a.Text == b.Text,
        (NoneValue, NoneValue) => true,
        (TupleValue a, TupleValue b) => a.Items.SequenceEqual(b.Items, this),
        (null, _) or (_, null) => false,
        _ => Numbers.TryGetDouble(x, out var a) && Numbers.TryGetDouble(y, out var b) && Numbers.AreEqual(x, y, a, b),
    };

    public int GetHashCode(TemplateValue obj) => obj switch
    {
        StringValue text => text.Text.GetHashCode(StringComparison.Ordinal),
        TupleValue tuple => tuple.Items.Aggregate(tuple.Items.Count, (hash, item) => HashCode.Combine(hash, GetHashCode(item))),
        _ => Numbers.TryGetDouble(obj, out var number) ? number.GetHashCode() : 0,
    };

    private static bool IsScalar(TemplateValue value) =>
        value is StringValue or IntegerValue or FloatValue or BooleanValue or NoneValue;
}

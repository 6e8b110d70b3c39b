using Ingot.Text.Templates.Execution;

namespace Ingot.Text.Templates.Values;

/// <summary>Python's <c>==</c> and <c>&lt;</c> between any two values. Where characters came from plays no part.</summary>
internal static class Ordering
{
    public static bool AreEqual(TemplateValue a, TemplateValue b, Budget budget, int depth = 0)
    {
        budget.Spend();
        budget.CheckValueDepth(depth);
        return (a, b) switch
        {
            (StringValue x, StringValue y) => x.Text == y.Text,
            (NoneValue, NoneValue) or (UndefinedValue, UndefinedValue) => true,
            (ListValue x, ListValue y) => SequencesAreEqual(x, y, budget, depth),
            (TupleValue x, TupleValue y) => SequencesAreEqual(x, y, budget, depth),
            (DictionaryValue x, DictionaryValue y) => DictionariesAreEqual(x, y, budget, depth),
            _ => Numbers.TryGetDouble(a, out var x) && Numbers.TryGetDouble(b, out var y)
                ? Numbers.AreEqual(a, b, x, y)
                : ReferenceEquals(a, b),
        };
    }

    /// <summary>Below zero when a comes first; a fault when the two have no order.</summary>
    public static int Compare(TemplateValue a, TemplateValue b, Budget budget, int depth = 0)
    {
        budget.Spend();
        budget.CheckValueDepth(depth);
        if (Numbers.TryGetInteger(a, out var i) && Numbers.TryGetInteger(b, out var j))
            return i.CompareTo(j);
        if (Numbers.TryGetDouble(a, out var x) && Numbers.TryGetDouble(b, out var y))
            return x.CompareTo(y);
        return (a, b) switch
        {
            (StringValue s, StringValue t) => string.CompareOrdinal(s.Text, t.Text),
            (ListValue s, ListValue t) => CompareSequences(s, t, budget, depth),
            (TupleValue s, TupleValue t) => CompareSequences(s, t, budget, depth),
            (UndefinedValue undefined, _) => throw new TemplateFault(undefined.Reason),
            (_, UndefinedValue undefined) => throw new TemplateFault(undefined.Reason),
            _ => throw new TemplateFault($"values of types '{a.TypeName}' and '{b.TypeName}' cannot be ordered"),
        };
    }

    /// <summary>Stable, and a fault of the comparison passes through unchanged (the library's sort would wrap it).</summary>
    public static List<T> Sort<T>(List<T> items, Comparison<T> compare, Budget budget)
    {
        if (items.Count < 2)
            return items;
        budget.Spend(items.Count);
        var middle = items.Count / 2;
        var left = Sort(items[..middle], compare, budget);
        var right = Sort(items[middle..], compare, budget);
        var merged = new List<T>(items.Count);
        int l = 0, r = 0;
        while (l < left.Count && r < right.Count)
            merged.Add(compare(right[r], left[l]) < 0 ? right[r++] : left[l++]);
        merged.AddRange(left[l..]);
        merged.AddRange(right[r..]);
        return merged;
    }

    private static bool SequencesAreEqual(SequenceValue a, SequenceValue b, Budget budget, int depth)
    {
        if (a.Items.Count != b.Items.Count)
            return false;
        for (var i = 0; i < a.Items.Count; i++)
        {
            if (!AreEqual(a.Items[i], b.Items[i], budget, depth + 1))
                return false;
        }

        return true;
    }

    private static bool DictionariesAreEqual(DictionaryValue a, DictionaryValue b, Budget budget, int depth)
    {
        if (a.Entries.Count != b.Entries.Count)
            return false;
        foreach (var (key, value) in a.Entries)
        {
            if (b.Find(key) is not { } other || !AreEqual(value, other, budget, depth + 1))
                return false;
        }

        return true;
    }

    private static int CompareSequences(SequenceValue a, SequenceValue b, Budget budget, int depth)
    {
        for (var i = 0; i < a.Items.Count && i < b.Items.Count; i++)
        {
            if (!AreEqual(a.Items[i], b.Items[i], budget, depth + 1))
                return Compare(a.Items[i], b.Items[i], budget, depth + 1);
        }

        return a.Items.Count.CompareTo(b.Items.Count);
    }
}

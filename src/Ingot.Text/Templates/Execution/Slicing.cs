using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Execution;

/// <summary>Python's <c>value[start:stop:step]</c>; out of range is cut off, never an error.</summary>
internal static class Slicing
{
    public static TemplateValue Slice(TemplateValue target, long? start, long? stop, long step, Budget budget)
    {
        if (step == 0)
            throw new TemplateFault("a slice's step must not be zero");
        switch (target)
        {
            case StringValue text:
                return SliceText(text, start, stop, step, budget);
            case ListValue list:
                return new ListValue(Pick(list.Items, start, stop, step, budget));
            case TupleValue tuple:
                return new TupleValue(Pick(tuple.Items, start, stop, step, budget));
            case UndefinedValue undefined:
                throw new TemplateFault(undefined.Reason);
            default:
                throw new TemplateFault($"a value of type '{target.TypeName}' cannot be sliced");
        }
    }

    private static StringValue SliceText(StringValue text, long? start, long? stop, long step, Budget budget)
    {
        if (step == 1 && !PythonCharacters.HasPairs(text.Text))
        {
            var (from, to) = Bounds(text.Text.Length, start, stop, step);
            var length = (int)Math.Max(0, to - from);
            budget.Spend(length / 16);
            return text.Slice(length == 0 ? 0 : (int)from, length);
        }

        budget.Spend(text.Text.Length);
        var result = new TextBuilder(budget);
        foreach (var character in Pick(text.Characters(), start, stop, step, budget))
            result.Append((StringValue)character);
        return result.ToValue();
    }

    private static List<TemplateValue> Pick(List<TemplateValue> items, long? start, long? stop, long step, Budget budget)
    {
        var (from, to) = Bounds(items.Count, start, stop, step);
        var picked = new List<TemplateValue>();
        for (var i = from; step > 0 ? i < to : i > to; i += Math.Clamp(step, -int.MaxValue, int.MaxValue))
        {
            budget.Spend();
            picked.Add(items[(int)i]);
        }

        return picked;
    }

    private static (long From, long To) Bounds(long length, long? start, long? stop, long step)
    {
        var lowest = step > 0 ? 0 : -1;
        var highest = step > 0 ? length : length - 1;
        var from = start is { } first ? Math.Clamp(first < 0 ? first + length : first, lowest, highest) : step > 0 ? lowest : highest;
        var to = stop is { } last ? Math.Clamp(last < 0 ? last + length : last, lowest, highest) : step > 0 ? highest : lowest;
        return (from, to);
    }
}

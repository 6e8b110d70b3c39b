using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Library;

/// <summary>Python's <c>"%s and %d" % (a, b)</c>, as operator and as the filter <c>format</c>.</summary>
internal static class PercentFormat
{
    public static StringValue Format(StringValue format, TemplateValue value, Budget budget) =>
        Format(format, value is TupleValue tuple ? tuple.Items : [value], value as DictionaryValue, budget);

    public static StringValue Format(StringValue format, CallArguments arguments)
    {
        var named = new DictionaryValue();
        foreach (var (key, value) in arguments.Named)
            named.Entries[StringValue.Own(key)] = value;
        return Format(format, arguments.Positional, named.IsTrue ? named : null, arguments.Budget);
    }

    private static StringValue Format(StringValue format, IReadOnlyList<TemplateValue> values, DictionaryValue? named, Budget budget)
    {
        var text = format.Text;
        var result = new TextBuilder(budget);
        var used = 0;
        for (var i = 0; i < text.Length;)
        {
            var percent = text.IndexOf('%', i);
            var plainEnd = percent < 0 ? text.Length : percent;
            result.Append(format, i, plainEnd - i);
            if (percent < 0)
                break;
            budget.Spend();
            i = percent + 1;
            var name = ReadName(text, ref i);
            var (spec, type) = ReadSpec(text, ref i);
            if (type == '%')
            {
                result.Append(format, percent, 1);
                continue;
            }

            var value = name is null ? (used < values.Count ? values[used++] : null) : named?.Find(StringValue.Own(name));
            WriteOne(value ?? throw new TemplateFault("a format has more places than values"), spec, type, result, budget);
        }

        if (named is null && used < values.Count)
            throw new TemplateFault("a format has fewer places than values");
        return result.ToValue();
    }

    private static void WriteOne(TemplateValue value, FormatSpec spec, char type, TextBuilder result, Budget budget)
    {
        if (type is 's' or 'r' or 'a')
            (spec with { Type = 's' }).Write(type == 's' ? value : PythonText.Repr(value, budget), result, budget);
        else if (type is 'd' or 'i' or 'u' or 'f' or 'F' or 'e' or 'E' or 'g' or 'G' or 'x' or 'X' or 'o')
            (spec with { Type = type }).Write(value, result, budget);
        else
            throw new TemplateFault($"the format '%{type}' is not understood");
    }

    private static string? ReadName(string text, ref int i)
    {
        if (i >= text.Length || text[i] != '(')
            return null;
        var close = text.IndexOf(')', i);
        if (close < 0)
            throw new TemplateFault("a name in a format is never closed");
        var name = text[(i + 1)..close];
        i = close + 1;
        return name;
    }

    private static (FormatSpec Spec, char Type) ReadSpec(string text, ref int i)
    {
        var spec = new FormatSpec { Align = '>' };
        for (; i < text.Length && text[i] is '-' or '+' or ' ' or '0' or '#'; i++)
        {
            spec = text[i] switch
            {
                '-' => spec with { Align = '<', Fill = ' ' },
                '0' when spec.Align != '<' => spec with { Align = '=', Fill = '0' },
                '+' or ' ' => spec with { Sign = text[i] },
                _ => spec,
            };
        }

        spec = spec with { Width = FormatSpec.ReadNumber(text, ref i, 10_000) ?? 0 };
        if (i < text.Length && text[i] == '.')
        {
            i++;
            spec = spec with { Precision = FormatSpec.ReadNumber(text, ref i, 10_000) ?? 0 };
        }

        if (i >= text.Length)
            throw new TemplateFault("a format ends in the middle of a place");
        return (spec, text[i++]);
    }
}

using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Library;

/// <summary>Python's <c>"{} and {name[key]:>5}".format(...)</c>.</summary>
internal static class BraceFormat
{
    public static StringValue Format(StringValue format, CallArguments arguments)
    {
        var text = format.Text;
        var result = new TextBuilder(arguments.Budget);
        var next = 0;
        for (var i = 0; i < text.Length;)
        {
            var brace = text.AsSpan(i).IndexOfAny('{', '}');
            var plainEnd = brace < 0 ? text.Length : i + brace;
            result.Append(format, i, plainEnd - i);
            if (brace < 0)
                break;
            arguments.Budget.Spend();
            i = plainEnd;
            if (i + 1 < text.Length && text[i + 1] == text[i])
            {
                result.Append(format, i, 1);
                i += 2;
                continue;
            }

            var close = text.IndexOf('}', i);
            if (text[i] == '}' || close < 0)
                throw new TemplateFault("a brace in a format stands alone");
            WriteField(text[(i + 1)..close], arguments, ref next, result);
            i = close + 1;
        }

        return result.ToValue();
    }

    private static void WriteField(string field, CallArguments arguments, ref int next, TextBuilder result)
    {
        var colon = field.IndexOf(':');
        var spec = FormatSpec.Parse(colon < 0 ? "" : field[(colon + 1)..]);
        var path = colon < 0 ? field : field[..colon];
        var mark = path.IndexOf('!');
        var conversion = mark < 0 ? "" : path[(mark + 1)..];
        path = mark < 0 ? path : path[..mark];
        var value = Resolve(path, arguments, ref next);
        value = conversion switch
        {
            "" => value,
            "s" => PythonText.Str(value, arguments.Budget),
            "r" or "a" => PythonText.Repr(value, arguments.Budget),
            _ => throw new TemplateFault($"the conversion '!{conversion}' is not understood"),
        };
        spec.Write(value, result, arguments.Budget);
    }

    private static TemplateValue Resolve(string path, CallArguments arguments, ref int next)
    {
        var end = path.AsSpan().IndexOfAny('.', '[') is var at and >= 0 ? at : path.Length;
        var first = path[..end];
        TemplateValue? value;
        if (first.Length == 0)
            value = next < arguments.Positional.Count ? arguments.Positional[next++] : null;
        else if (first.All(char.IsAsciiDigit))
            value = first.Length < 6 ? arguments.Find(int.Parse(first, System.Globalization.CultureInfo.InvariantCulture), "") : null;
        else
            value = arguments.Find(int.MaxValue, first);
        if (value is null)
            throw new TemplateFault($"a format's place '{{{path}}}' was given no value");
        while (end < path.Length)
            value = Step(value, path, ref end, arguments.Budget);
        return value;
    }

    private static TemplateValue Step(TemplateValue value, string path, ref int i, Budget budget)
    {
        budget.Spend();
        var isIndex = path[i] == '[';
        var rest = path.AsSpan(i + 1);
        var length = isIndex ? rest.IndexOf(']') : rest.IndexOfAny('.', '[');
        length = length >= 0 ? length : isIndex ? throw new TemplateFault("a bracket in a format is never closed") : rest.Length;
        var name = rest[..length].ToString();
        i += 1 + length + (isIndex ? 1 : 0);
        if (!isIndex)
            return Members.GetMember(value, StringValue.Own(name));
        return Members.GetItem(value, Numbers.TryParseInteger(name, 10, out var index) ? new IntegerValue(index) : StringValue.Own(name));
    }
}

using Ingot.Text.Templates.Execution;

namespace Ingot.Text.Templates.Values;

/// <summary>Values as Python prints them: <c>str()</c> at the top, <c>repr()</c> inside lists and dictionaries.</summary>
internal static class PythonText
{
    public static StringValue Str(TemplateValue value, Budget budget)
    {
        if (value is StringValue text)
            return text;
        var untrusted = false;
        var target = new TextBuilder(budget);
        Write(value, target, budget, ref untrusted, 0);
        return StringValue.Made(target.ToValue().Text, untrusted);
    }

    public static StringValue Repr(TemplateValue value, Budget budget)
    {
        var untrusted = false;
        var target = new TextBuilder(budget);
        Write(value, target, budget, ref untrusted, 1);
        return StringValue.Made(target.ToValue().Text, untrusted);
    }

    private static void Write(TemplateValue value, TextBuilder target, Budget budget, ref bool untrusted, int depth)
    {
        budget.Spend();
        budget.CheckValueDepth(depth);
        switch (value)
        {
            case StringValue text:
                untrusted |= text.HasUntrusted;
                WriteQuoted(text.Text, target);
                break;
            case UndefinedValue:
                target.Append(depth == 0 ? "" : "Undefined");
                break;
            case NoneValue:
                target.Append("None");
                break;
            case BooleanValue:
                target.Append(value.IsTrue ? "True" : "False");
                break;
            case IntegerValue integer:
                target.Append(Numbers.Print(integer.Value));
                break;
            case FloatValue real:
                target.Append(Numbers.Print(real.Value));
                break;
            case SequenceValue sequence:
                WriteSequence(sequence, target, budget, ref untrusted, depth);
                break;
            case DictionaryValue dictionary:
                WriteEntries(dictionary, target, budget, ref untrusted, depth);
                break;
            case NamespaceValue:
                target.Append("<Namespace>");
                break;
            case CallableValue callable:
                target.Append($"<{callable.TypeName} {callable.Name}>");
                break;
            default:
                target.Append($"<{value.TypeName}>");
                break;
        }
    }

    private static void WriteSequence(SequenceValue sequence, TextBuilder target, Budget budget, ref bool untrusted, int depth)
    {
        var isTuple = sequence is TupleValue;
        target.Append(isTuple ? "(" : "[");
        for (var i = 0; i < sequence.Items.Count; i++)
        {
            if (i > 0)
                target.Append(", ");
            Write(sequence.Items[i], target, budget, ref untrusted, depth + 1);
        }

        target.Append(!isTuple ? "]" : sequence.Items.Count == 1 ? ",)" : ")");
    }

    private static void WriteEntries(DictionaryValue dictionary, TextBuilder target, Budget budget, ref bool untrusted, int depth)
    {
        var separator = "{";
        foreach (var (key, item) in dictionary.Entries)
        {
            target.Append(separator);
            Write(key, target, budget, ref untrusted, depth + 1);
            target.Append(": ");
            Write(item, target, budget, ref untrusted, depth + 1);
            separator = ", ";
        }

        target.Append(dictionary.Entries.Count == 0 ? "{}" : "}");
    }

    private static void WriteQuoted(string text, TextBuilder target)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        target.Append(quote.ToString());
        var plainFrom = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            var escape = character switch
            {
                '\\' => @"\\",
                '\n' => @"\n",
                '\r' => @"\r",
                '\t' => @"\t",
                _ when character == quote => $"\\{quote}",
                < ' ' or (>= '\x7f' and <= '\xa0') or '\xad' => $"\\x{(int)character:x2}",
                '\u2028' or '\u2029' or '\ufeff' or (>= '\u200b' and <= '\u200f') => $"\\u{(int)character:x4}",
                _ => null,
            };
            if (escape is null)
                continue;
            target.Append(text[plainFrom..i]);
            target.Append(escape);
            plainFrom = i + 1;
        }

        target.Append(text[plainFrom..]);
        target.Append(quote.ToString());
    }
}

using Ingot.Text.Templates.Execution;

namespace Ingot.Text.Templates.Values;

/// <summary>How <c>tojson</c> writes; the defaults are those of Hugging Face's templates.</summary>
internal sealed record JsonStyle(string? Indent, string ItemSeparator, string KeySeparator, bool EscapeNonAscii, bool SortKeys);

/// <summary>Writes a value as <c>json.dumps</c> does.</summary>
internal sealed class JsonText(JsonStyle style, Budget budget)
{
    private readonly TextBuilder _target = new(budget);
    private bool _untrusted;

    /// <summary>The text; from outside as a whole when any string in the value is.</summary>
    public StringValue Write(TemplateValue value)
    {
        WriteValue(value, 0);
        return StringValue.Made(_target.ToValue().Text, _untrusted);
    }

    private void WriteValue(TemplateValue value, int depth)
    {
        budget.Spend();
        budget.CheckValueDepth(depth);
        switch (value)
        {
            case StringValue text:
                WriteString(text);
                break;
            case SequenceValue sequence:
                WriteSequence(sequence, depth);
                break;
            case DictionaryValue dictionary:
                WriteObject(dictionary, depth);
                break;
            default:
                _target.Append(Scalar(value));
                break;
        }
    }

    private static string Scalar(TemplateValue value) => value switch
    {
        NoneValue => "null",
        BooleanValue => value.IsTrue ? "true" : "false",
        IntegerValue integer => Numbers.Print(integer.Value),
        FloatValue { Value: double.PositiveInfinity } => "Infinity",
        FloatValue { Value: double.NegativeInfinity } => "-Infinity",
        FloatValue { Value: double.NaN } => "NaN",
        FloatValue real => Numbers.Print(real.Value),
        UndefinedValue undefined => throw new TemplateFault($"{undefined.Reason}, so it cannot be written as JSON"),
        _ => throw new TemplateFault($"a value of type '{value.TypeName}' cannot be written as JSON"),
    };

    private void WriteSequence(SequenceValue sequence, int depth)
    {
        if (sequence.Items.Count == 0)
        {
            _target.Append("[]");
            return;
        }

        _target.Append("[");
        for (var i = 0; i < sequence.Items.Count; i++)
        {
            if (i > 0)
                _target.Append(style.ItemSeparator);
            NewLine(depth + 1);
            WriteValue(sequence.Items[i], depth + 1);
        }

        NewLine(depth);
        _target.Append("]");
    }

    private void WriteObject(DictionaryValue dictionary, int depth)
    {
        if (dictionary.Entries.Count == 0)
        {
            _target.Append("{}");
            return;
        }

        IEnumerable<KeyValuePair<TemplateValue, TemplateValue>> entries = dictionary.Entries;
        if (style.SortKeys)
            entries = Ordering.Sort([.. dictionary.Entries], (a, b) => Ordering.Compare(a.Key, b.Key, budget), budget);
        _target.Append("{");
        var isFirst = true;
        foreach (var (key, item) in entries)
        {
            if (!isFirst)
                _target.Append(style.ItemSeparator);
            isFirst = false;
            NewLine(depth + 1);
            WriteString(key is StringValue name ? name : StringValue.Own(Scalar(key)));
            _target.Append(style.KeySeparator);
            WriteValue(item, depth + 1);
        }

        NewLine(depth);
        _target.Append("}");
    }

    private void NewLine(int depth)
    {
        if (style.Indent is null)
            return;
        _target.Append("\n");
        for (var i = 0; i < depth; i++)
            _target.Append(style.Indent);
    }

    private void WriteString(StringValue value)
    {
        _untrusted |= value.HasUntrusted;
        var text = value.Text;
        _target.Append("\"");
        var plainFrom = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var escape = Escape(text[i]);
            if (escape is null)
                continue;
            _target.Append(text[plainFrom..i]);
            _target.Append(escape);
            plainFrom = i + 1;
        }

        _target.Append(plainFrom == 0 ? text : text[plainFrom..]);
        _target.Append("\"");
    }

    private string? Escape(char character) => character switch
    {
        '"' => "\\\"",
        '\\' => @"\\",
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        '\b' => @"\b",
        '\f' => @"\f",
        < ' ' => $"\\u{(int)character:x4}",
        > '~' when style.EscapeNonAscii => $"\\u{(int)character:x4}",
        _ => null,
    };
}

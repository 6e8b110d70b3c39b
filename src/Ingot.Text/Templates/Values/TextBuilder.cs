using System.Text;
using Ingot.Text.Templates.Execution;

namespace Ingot.Text.Templates.Values;

/// <summary>Builds a text piece by piece, keeping for every piece whether it came from outside.</summary>
internal sealed class TextBuilder(Budget budget)
{
    private readonly StringBuilder _text = new();
    private readonly List<TextSpan> _untrusted = [];

    public int Length => _text.Length;

    public void Append(string trusted)
    {
        budget.SpendText(trusted.Length, _text.Length);
        _text.Append(trusted);
    }

    public void Append(StringValue value) => Append(value, 0, value.Text.Length);

    public void Append(StringValue value, int start, int length)
    {
        if (length == 0)
            return;
        budget.SpendText(length, _text.Length);
        var offset = _text.Length - start;
        _text.Append(value.Text, start, length);
        foreach (var span in value.UntrustedSpans)
        {
            var from = Math.Max(span.Start, start);
            var to = Math.Min(span.End, start + length);
            if (from < to)
                AddSpan(from + offset, to - from);
        }
    }

    public void AppendMade(string text, bool untrusted)
    {
        budget.SpendText(text.Length, _text.Length);
        if (untrusted && text.Length > 0)
            AddSpan(_text.Length, text.Length);
        _text.Append(text);
    }

    public StringValue ToValue() => StringValue.FromSpans(_text.ToString(), _untrusted);

    public PromptText ToPrompt() => new(_text.ToString(), [.. _untrusted]);

    private void AddSpan(int start, int length)
    {
        if (_untrusted.Count > 0 && _untrusted[^1].End == start)
            _untrusted[^1] = _untrusted[^1] with { Length = _untrusted[^1].Length + length };
        else
            _untrusted.Add(new TextSpan(start, length));
    }
}

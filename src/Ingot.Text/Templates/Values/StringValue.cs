using System.Globalization;

namespace Ingot.Text.Templates.Values;

/// <summary>A string and which of its characters came from outside.</summary>
internal sealed class StringValue : TemplateValue
{
    public static readonly StringValue Empty = new("", []);

    private readonly TextSpan[] _untrusted;

    private StringValue(string text, TextSpan[] untrusted)
    {
        Text = text;
        _untrusted = untrusted;
    }

    public string Text { get; }

    /// <summary>Ascending, not overlapping, not touching, not empty.</summary>
    public IReadOnlyList<TextSpan> UntrustedSpans => _untrusted;

    public bool HasUntrusted => _untrusted.Length > 0;

    internal override string TypeName => "str";

    internal override bool IsTrue => Text.Length > 0;

    public static StringValue Own(string text) => text.Length == 0 ? Empty : new StringValue(text, []);

    public static StringValue Outside(string text) =>
        text.Length == 0 ? Empty : new StringValue(text, [new TextSpan(0, text.Length)]);

    /// <summary>A text made from others in a way that does not keep characters apart: from outside if anything in it was.</summary>
    public static StringValue Made(string text, bool untrusted) => untrusted ? Outside(text) : Own(text);

    public static StringValue FromSpans(string text, List<TextSpan> untrusted) =>
        text.Length == 0 ? Empty : new StringValue(text, [.. untrusted]);

    public StringValue Slice(int start, int length)
    {
        if (length == 0)
            return Empty;
        if (length == Text.Length)
            return this;
        var text = Text.Substring(start, length);
        if (_untrusted.Length == 0)
            return new StringValue(text, []);
        if (_untrusted.Length == 1 && _untrusted[0].Length == Text.Length)
            return Outside(text);
        var spans = new List<TextSpan>();
        foreach (var span in _untrusted.AsSpan(FirstSpanEndingAfter(start)))
        {
            var from = Math.Max(span.Start, start);
            var to = Math.Min(span.End, start + length);
            if (from >= start + length)
                break;
            if (from < to)
                spans.Add(new TextSpan(from - start, to - from));
        }

        return new StringValue(text, [.. spans]);
    }

    /// <summary>The code points, each a string of its own: what Python iterates over.</summary>
    public List<TemplateValue> Characters()
    {
        var characters = new List<TemplateValue>(Text.Length);
        for (var i = 0; i < Text.Length;)
        {
            var length = char.IsSurrogatePair(Text, i) ? 2 : 1;
            characters.Add(Slice(i, length));
            i += length;
        }

        return characters;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Text} ({_untrusted.Length} untrusted)");

    /// <summary>Many slices of one string must not each walk all its spans.</summary>
    private int FirstSpanEndingAfter(int start)
    {
        int low = 0, high = _untrusted.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_untrusted[middle].End <= start)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}

using System.Globalization;
using System.Text;
using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Library;

/// <summary>Filters that make text.</summary>
internal static class TextFilters
{
    public static StringValue Trim(TemplateValue input, CallArguments arguments)
    {
        arguments.Allow(1, "chars");
        var text = PythonText.Str(input, arguments.Budget);
        return StringParts.Strip(text, arguments.FindText(0, "chars")?.Text, atStart: true, atEnd: true, arguments.Budget);
    }

    public static StringValue Join(TemplateValue input, CallArguments arguments)
    {
        arguments.Allow(2, "d", "attribute");
        var separator = arguments.FindText(0, "d") ?? StringValue.Empty;
        var attribute = arguments.Find(1, "attribute");
        var texts = new List<TemplateValue>();
        foreach (var item in Iteration.Items(input, arguments.Budget))
        {
            arguments.Budget.Spend();
            texts.Add(PythonText.Str(attribute is null or NoneValue ? item : Members.GetPath(item, attribute), arguments.Budget));
        }

        return StringMethods.Join(separator, texts, arguments.Budget);
    }

    public static StringValue Made(TemplateValue input, CallArguments arguments, Func<string, string> make) =>
        StringMethods.Made(PythonText.Str(input, arguments.Budget), arguments.Budget, make);

    public static string Escape(string text) => new StringBuilder(text)
        .Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("'", "&#39;").Replace("\"", "&#34;").ToString();

    public static StringValue Indent(TemplateValue input, CallArguments arguments)
    {
        arguments.Allow(3, "width", "first", "blank");
        var text = PythonText.Str(input, arguments.Budget);
        var indentation = Indentation(arguments.Find(0, "width"), arguments.Budget);
        var blank = arguments.IsTrue(2, "blank");
        var result = new TextBuilder(arguments.Budget);
        if (arguments.IsTrue(1, "first"))
            result.Append(indentation);
        var lines = text.Text.Split('\n');
        var from = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            arguments.Budget.Spend();
            // Line ends become '\n', as Python's splitting and joining makes them.
            var length = lines[i].Length - (i + 1 < lines.Length && lines[i].EndsWith('\r') ? 1 : 0);
            if (i > 0)
                result.Append("\n");
            if (i > 0 && (blank || length > 0))
                result.Append(indentation);
            result.Append(text, from, length);
            from += lines[i].Length + 1;
        }

        return result.ToValue();
    }

    public static StringValue EncodeUrl(TemplateValue input, CallArguments arguments)
    {
        if (input is DictionaryValue dictionary)
        {
            var untrusted = false;
            var pairs = new List<string>();
            foreach (var (key, value) in dictionary.Entries)
            {
                var (name, text) = (PythonText.Str(key, arguments.Budget), PythonText.Str(value, arguments.Budget));
                untrusted |= name.HasUntrusted || text.HasUntrusted;
                pairs.Add($"{EncodeField(name.Text, arguments.Budget)}={EncodeField(text.Text, arguments.Budget)}");
            }

            return StringValue.Made(string.Join('&', pairs), untrusted);
        }

        var whole = PythonText.Str(input, arguments.Budget);
        return StringValue.Made(PercentEncode(whole.Text, "/", arguments.Budget), whole.HasUntrusted);
    }

    public static IntegerValue CountWords(TemplateValue input, CallArguments arguments)
    {
        var text = PythonText.Str(input, arguments.Budget).Text;
        arguments.Budget.Spend(text.Length / 8);
        var (count, isInside) = (0, false);
        foreach (var character in text)
        {
            var isWord = char.IsLetterOrDigit(character) || character == '_';
            count += isWord && !isInside ? 1 : 0;
            isInside = isWord;
        }

        return new IntegerValue(count);
    }

    public static StringValue Truncate(TemplateValue input, CallArguments arguments)
    {
        arguments.Allow(4, "length", "killwords", "end", "leeway");
        var text = PythonText.Str(input, arguments.Budget);
        var end = arguments.FindText(2, "end") ?? StringValue.Own("...");
        var length = arguments.Size(0, "length", 255);
        var leeway = arguments.Size(3, "leeway", 5);
        if (length < end.Text.Length || leeway < 0)
            throw new TemplateFault("truncate needs a length not shorter than its end, and a leeway not below zero");
        if (text.Text.Length <= (long)length + leeway)
            return text;
        var kept = text.Slice(0, length - end.Text.Length);
        var space = kept.Text.LastIndexOf(' ');
        var result = new TextBuilder(arguments.Budget);
        result.Append(kept, 0, arguments.IsTrue(1, "killwords") || space < 0 ? kept.Text.Length : space);
        result.Append(end);
        return result.ToValue();
    }

    private static StringValue Indentation(TemplateValue? width, Budget budget)
    {
        if (width is StringValue text)
            return text;
        if (width is null)
            return StringValue.Own("    ");
        if (!Numbers.TryGetInteger(width, out var count))
            throw new TemplateFault("the width of an indent must be a number or a string");
        var spaces = (int)Math.Clamp(count, 0, int.MaxValue);
        budget.SpendText(spaces, 0);
        return StringValue.Own(new string(' ', spaces));
    }

    private static string EncodeField(string text, Budget budget) =>
        PercentEncode(text, " ", budget).Replace(' ', '+');

    private static string PercentEncode(string text, string unescaped, Budget budget)
    {
        budget.SpendText(text.Length, 0);
        var result = new StringBuilder();
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            var character = (char)unit;
            if (char.IsAsciiLetterOrDigit(character) || "_.-~".Contains(character) || unescaped.Contains(character))
                result.Append(character);
            else
                result.Append(CultureInfo.InvariantCulture, $"%{unit:X2}");
        }

        return result.ToString();
    }
}

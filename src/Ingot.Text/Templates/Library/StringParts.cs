using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Library;

/// <summary>String operations that keep characters, and so keep for each character where it came from.</summary>
internal static class StringParts
{
    public static StringValue Strip(StringValue owner, CallArguments arguments, bool atStart, bool atEnd)
    {
        arguments.Allow(1, "chars");
        return Strip(owner, arguments.FindText(0, "chars")?.Text, atStart, atEnd, arguments.Budget);
    }

    public static StringValue Strip(StringValue owner, string? characters, bool atStart, bool atEnd, Budget budget)
    {
        var text = owner.Text;
        budget.Spend(text.Length / 16 + (characters?.Length ?? 0) / 16 * (long)text.Length);
        int start = 0, end = text.Length;
        while (atStart && start < end && IsStripped(text[start]))
            start++;
        while (atEnd && end > start && IsStripped(text[end - 1]))
            end--;
        return owner.Slice(start, end - start);

        bool IsStripped(char character) => characters?.Contains(character) ?? PythonCharacters.IsSpace(character);
    }

    public static ListValue Split(StringValue owner, CallArguments arguments)
    {
        var limit = arguments.Integer(1, "maxsplit", -1);
        var parts = new List<TemplateValue>();
        var text = owner.Text;
        if (arguments.FindText(0, "sep") is not { } sought)
            return new ListValue(SplitAtSpace(owner, limit, arguments.Budget));
        var separator = RequireSeparator(owner, sought, arguments.Budget);
        var from = 0;
        while (limit < 0 || parts.Count < limit)
        {
            var next = text.IndexOf(separator, from, StringComparison.Ordinal);
            if (next < 0)
                break;
            arguments.Budget.Spend();
            parts.Add(owner.Slice(from, next - from));
            from = next + separator.Length;
        }

        parts.Add(owner.Slice(from, text.Length - from));
        return new ListValue(parts);
    }

    public static ListValue SplitFromEnd(StringValue owner, CallArguments arguments)
    {
        var limit = arguments.Integer(1, "maxsplit", -1);
        if (arguments.FindText(0, "sep") is not { } sought)
            return limit < 0 ? Split(owner, arguments) : throw new TemplateFault("rsplit with a limit needs a separator");
        var separator = RequireSeparator(owner, sought, arguments.Budget);
        var parts = new List<TemplateValue>();
        var end = owner.Text.Length;
        while (limit < 0 || parts.Count < limit)
        {
            var next = end == 0 ? -1 : owner.Text.AsSpan(0, end).LastIndexOf(separator);
            if (next < 0)
                break;
            arguments.Budget.Spend();
            parts.Add(owner.Slice(next + separator.Length, end - next - separator.Length));
            end = next;
        }

        parts.Add(owner.Slice(0, end));
        parts.Reverse();
        return new ListValue(parts);
    }

    public static ListValue SplitLines(StringValue owner, CallArguments arguments)
    {
        var keepsEnds = arguments.IsTrue(0, "keepends");
        var text = owner.Text;
        arguments.Budget.Spend(text.Length / 8);
        var lines = new List<TemplateValue>();
        for (var from = 0; from < text.Length;)
        {
            arguments.Budget.Spend();
            var end = from;
            while (end < text.Length && !PythonCharacters.IsLineBreak(text[end]))
                end++;
            var next = Math.Min(text.Length, end + (string.CompareOrdinal(text, end, "\r\n", 0, 2) == 0 ? 2 : 1));
            lines.Add(owner.Slice(from, (keepsEnds ? next : end) - from));
            from = next;
        }

        return new ListValue(lines);
    }

    public static TupleValue Partition(StringValue owner, CallArguments arguments, bool fromEnd)
    {
        var separator = RequireSeparator(owner, arguments.RequireText(0, "sep"), arguments.Budget);
        var at = fromEnd
            ? owner.Text.LastIndexOf(separator, StringComparison.Ordinal)
            : owner.Text.IndexOf(separator, StringComparison.Ordinal);
        if (at < 0)
            return new TupleValue(fromEnd ? [StringValue.Empty, StringValue.Empty, owner] : [owner, StringValue.Empty, StringValue.Empty]);
        var after = at + separator.Length;
        return new TupleValue([owner.Slice(0, at), owner.Slice(at, separator.Length), owner.Slice(after, owner.Text.Length - after)]);
    }

    public static StringValue RemoveEdge(StringValue owner, CallArguments arguments, bool isPrefix)
    {
        var edge = arguments.RequireText(0, isPrefix ? "prefix" : "suffix").Text;
        arguments.Budget.Spend(owner.Text.Length / 16);
        if (isPrefix)
            return owner.Text.StartsWith(edge, StringComparison.Ordinal) ? owner.Slice(edge.Length, owner.Text.Length - edge.Length) : owner;
        return owner.Text.EndsWith(edge, StringComparison.Ordinal) ? owner.Slice(0, owner.Text.Length - edge.Length) : owner;
    }

    public static StringValue Replace(StringValue owner, CallArguments arguments)
    {
        var sought = arguments.RequireText(0, "old");
        var old = sought.Text;
        var replacement = arguments.RequireText(1, "new");
        var limit = arguments.Integer(2, "count", -1);
        var text = owner.Text;
        arguments.Budget.SpendSearch(owner, sought);
        var result = new TextBuilder(arguments.Budget);
        var from = 0;
        for (var done = 0L; limit < 0 || done < limit; done++)
        {
            // An empty text stands before every character and at the end.
            var next = old.Length > 0 ? text.IndexOf(old, from, StringComparison.Ordinal) : done == 0 ? 0 : NextCharacter(text, from);
            if (next < 0)
                break;
            arguments.Budget.Spend();
            result.Append(owner, from, next - from);
            result.Append(replacement);
            from = next + old.Length;
        }

        result.Append(owner, from, text.Length - from);
        return result.ToValue();
    }

    public static StringValue Pad(StringValue owner, string kind, int width, StringValue? fill, Budget budget)
    {
        var missing = width - PythonCharacters.Count(owner.Text);
        if (missing <= 0)
            return owner;
        var left = kind switch { "ljust" => 0, "rjust" => missing, _ => missing / 2 + (missing & width & 1) };
        var character = fill is null ? StringValue.Own(" ") : fill.Slice(0, Math.Min(1, fill.Text.Length));
        var result = new TextBuilder(budget);
        for (var i = 0; i < left; i++)
            AppendOne();
        result.Append(owner);
        for (var i = left; i < missing; i++)
            AppendOne();
        return result.ToValue();

        void AppendOne()
        {
            budget.Spend();
            result.Append(character);
        }
    }

    private static int NextCharacter(string text, int from) =>
        from >= text.Length ? -1 : from + (char.IsSurrogatePair(text, from) ? 2 : 1);

    private static string RequireSeparator(StringValue owner, StringValue separator, Budget budget)
    {
        budget.SpendSearch(owner, separator);
        return separator.Text.Length > 0 ? separator.Text : throw new TemplateFault("the separator must not be empty");
    }

    private static List<TemplateValue> SplitAtSpace(StringValue owner, long limit, Budget budget)
    {
        var text = owner.Text;
        budget.Spend(text.Length / 8);
        var parts = new List<TemplateValue>();
        for (var from = 0; ;)
        {
            while (from < text.Length && PythonCharacters.IsSpace(text[from]))
                from++;
            if (from >= text.Length)
                return parts;
            budget.Spend();
            var end = from;
            if (limit >= 0 && parts.Count >= limit)
                end = text.Length;
            while (end < text.Length && !PythonCharacters.IsSpace(text[end]))
                end++;
            parts.Add(owner.Slice(from, end - from));
            from = end;
        }
    }
}

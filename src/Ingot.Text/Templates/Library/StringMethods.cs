using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Library;

/// <summary>The methods of strings.</summary>
internal static class StringMethods
{
    public static TemplateValue? Find(StringValue owner, string name)
    {
        Func<CallArguments, TemplateValue>? body = name switch
        {
            "strip" => arguments => StringParts.Strip(owner, arguments, atStart: true, atEnd: true),
            "lstrip" => arguments => StringParts.Strip(owner, arguments, atStart: true, atEnd: false),
            "rstrip" => arguments => StringParts.Strip(owner, arguments, atStart: false, atEnd: true),
            "split" => arguments => StringParts.Split(owner, arguments),
            "rsplit" => arguments => StringParts.SplitFromEnd(owner, arguments),
            "splitlines" => arguments => StringParts.SplitLines(owner, arguments),
            "partition" => arguments => StringParts.Partition(owner, arguments, fromEnd: false),
            "rpartition" => arguments => StringParts.Partition(owner, arguments, fromEnd: true),
            "removeprefix" => arguments => StringParts.RemoveEdge(owner, arguments, isPrefix: true),
            "removesuffix" => arguments => StringParts.RemoveEdge(owner, arguments, isPrefix: false),
            "startswith" => arguments => TemplateValue.From(HasEdge(owner, arguments, isPrefix: true)),
            "endswith" => arguments => TemplateValue.From(HasEdge(owner, arguments, isPrefix: false)),
            "replace" => arguments => StringParts.Replace(owner, arguments),
            "join" => arguments => Join(owner, Iteration.Items(arguments.Require(0, "iterable"), arguments.Budget), arguments.Budget),
            "format" => arguments => BraceFormat.Format(owner, arguments),
            "upper" => arguments => Made(owner, arguments.Budget, TextCase.Upper),
            "lower" or "casefold" => arguments => Made(owner, arguments.Budget, TextCase.Lower),
            "title" => arguments => Made(owner, arguments.Budget, TextCase.TitleMethod),
            "capitalize" => arguments => Made(owner, arguments.Budget, TextCase.Capitalize),
            "swapcase" => arguments => Made(owner, arguments.Budget, TextCase.Swap),
            "find" => arguments => TemplateValue.From(IndexOf(owner, arguments, fromEnd: false)),
            "rfind" => arguments => TemplateValue.From(IndexOf(owner, arguments, fromEnd: true)),
            "index" => arguments => RequireFound(IndexOf(owner, arguments, fromEnd: false)),
            "rindex" => arguments => RequireFound(IndexOf(owner, arguments, fromEnd: true)),
            "count" => arguments => Count(owner, arguments),
            "zfill" => arguments => Fill(owner, arguments),
            "ljust" or "rjust" or "center" => arguments => StringParts.Pad(owner, name, arguments.Size(0, "width", 0), arguments.FindText(1, "fillchar"), arguments.Budget),
            _ => null,
        };
        return body is not null ? new FunctionValue(name, body) : FindCheck(owner, name);
    }

    public static StringValue Made(StringValue owner, Budget budget, Func<string, string> make)
    {
        budget.SpendText(owner.Text.Length, 0);
        return StringValue.Made(make(owner.Text), owner.HasUntrusted);
    }

    /// <summary>The texts of the items with a separator between them; each character keeps where it came from.</summary>
    public static StringValue Join(StringValue separator, IReadOnlyList<TemplateValue> items, Budget budget)
    {
        var result = new TextBuilder(budget);
        for (var i = 0; i < items.Count; i++)
        {
            budget.Spend();
            if (i > 0)
                result.Append(separator);
            result.Append(items[i] as StringValue
                ?? throw new TemplateFault($"only strings can be joined by this method, not a value of type '{items[i].TypeName}'"));
        }

        return result.ToValue();
    }

    private static FunctionValue? FindCheck(StringValue owner, string name)
    {
        Func<string, bool>? check = name switch
        {
            "isdigit" or "isnumeric" or "isdecimal" => text => text.Length > 0 && text.All(char.IsDigit),
            "isalpha" => text => text.Length > 0 && text.All(char.IsLetter),
            "isalnum" => text => text.Length > 0 && text.All(char.IsLetterOrDigit),
            "isspace" => text => text.Length > 0 && text.All(PythonCharacters.IsSpace),
            "isupper" => TextCase.IsUpper,
            "islower" => TextCase.IsLower,
            "isascii" => text => text.All(char.IsAscii),
            _ => null,
        };
        return check is null ? null : new FunctionValue(name, arguments =>
        {
            arguments.Budget.Spend(owner.Text.Length / 16);
            return TemplateValue.From(check(owner.Text));
        });
    }

    private static bool HasEdge(StringValue owner, CallArguments arguments, bool isPrefix)
    {
        var edge = arguments.Require(0, isPrefix ? "prefix" : "suffix");
        IReadOnlyList<TemplateValue> candidates = edge is TupleValue tuple ? tuple.Items : [edge];
        foreach (var candidate in candidates)
        {
            arguments.Budget.Spend();
            if (candidate is not StringValue text)
                throw new TemplateFault($"a string begins or ends with strings, not with a value of type '{candidate.TypeName}'");
            if (isPrefix ? owner.Text.StartsWith(text.Text, StringComparison.Ordinal) : owner.Text.EndsWith(text.Text, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static long IndexOf(StringValue owner, CallArguments arguments, bool fromEnd)
    {
        arguments.Allow(1);
        var sought = arguments.RequireText(0, "sub");
        var part = sought.Text;
        arguments.Budget.SpendSearch(owner, sought);
        var index = fromEnd
            ? owner.Text.LastIndexOf(part, StringComparison.Ordinal)
            : owner.Text.IndexOf(part, StringComparison.Ordinal);
        return index <= 0 ? index : PythonCharacters.Count(owner.Text[..index]);
    }

    private static TemplateValue RequireFound(long index) =>
        index >= 0 ? TemplateValue.From(index) : throw new TemplateFault("the text is not in the string");

    private static TemplateValue Count(StringValue owner, CallArguments arguments)
    {
        var sought = arguments.RequireText(0, "sub");
        var part = sought.Text;
        arguments.Budget.SpendSearch(owner, sought);
        if (part.Length == 0)
            return TemplateValue.From(PythonCharacters.Count(owner.Text) + 1L);
        var count = 0L;
        for (var i = 0; (i = owner.Text.IndexOf(part, i, StringComparison.Ordinal)) >= 0; i += part.Length)
            count++;
        return TemplateValue.From(count);
    }

    private static StringValue Fill(StringValue owner, CallArguments arguments)
    {
        var width = arguments.Size(0, "width", 0);
        var signLength = owner.Text.StartsWith('-') || owner.Text.StartsWith('+') ? 1 : 0;
        var missing = Math.Max(0, width - PythonCharacters.Count(owner.Text));
        arguments.Budget.SpendText(missing, owner.Text.Length);
        var result = new TextBuilder(arguments.Budget);
        result.Append(owner, 0, signLength);
        result.Append(new string('0', missing));
        result.Append(owner, signLength, owner.Text.Length - signLength);
        return result.ToValue();
    }
}

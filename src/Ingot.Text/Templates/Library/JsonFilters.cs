using System.Text.Json;
using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Library;

/// <summary>JSON out of values and back.</summary>
internal static class JsonFilters
{
    private const int WidestIndent = 64;

    public static StringValue Write(TemplateValue input, CallArguments arguments)
    {
        arguments.Allow(4, "ensure_ascii", "indent", "separators", "sort_keys");
        // Jinja's own tojson has the indent first, Hugging Face's the escaping; a number can only be the indent.
        var indentFirst = arguments.Positional is [IntegerValue];
        var indent = Indent(indentFirst ? arguments.Positional[0] : arguments.Find(1, "indent"));
        var (item, key) = Separators(arguments.Find(2, "separators"), indent is not null);
        var style = new JsonStyle(indent, item, key, !indentFirst && arguments.IsTrue(0, "ensure_ascii"), arguments.IsTrue(3, "sort_keys"));
        return new JsonText(style, arguments.Budget).Write(input);
    }

    public static TemplateValue Read(TemplateValue input)
    {
        if (input is not StringValue text)
            throw new TemplateFault($"JSON is read from a string, not from a value of type '{input.TypeName}'");
        try
        {
            using var document = JsonDocument.Parse(text.Text);
            return TemplateValue.FromJson(document.RootElement, trusted: !text.HasUntrusted);
        }
        catch (JsonException)
        {
            throw new TemplateFault("the text is not JSON");
        }
    }

    private static string? Indent(TemplateValue? value) => value switch
    {
        null or NoneValue => null,
        StringValue text => text.Text,
        _ when Numbers.TryGetInteger(value, out var width) && width <= WidestIndent => new string(' ', (int)Math.Max(0, width)),
        _ => throw new TemplateFault($"the indent of JSON must be a number up to {WidestIndent} or a string"),
    };

    private static (string Item, string Key) Separators(TemplateValue? value, bool isIndented) => value switch
    {
        null or NoneValue => (isIndented ? "," : ", ", ": "),
        SequenceValue { Items: [StringValue item, StringValue key] } => (item.Text, key.Text),
        _ => throw new TemplateFault("the separators of JSON are two strings"),
    };
}

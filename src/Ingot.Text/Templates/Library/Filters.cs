using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Library;

/// <summary>The filters by name. A switch and not a table: only what a template uses is ever compiled.</summary>
internal static class Filters
{
    public static TemplateValue Apply(string name, TemplateValue input, CallArguments arguments) =>
        TryApply(name, input, arguments) ?? throw new TemplateFault($"there is no filter named '{name}'");

    public static bool IsKnown(string name) => name is
        "default" or "d" or "tojson" or "from_json" or "length" or "count" or "string" or "int" or "float" or "abs" or "round"
        or "attr" or "safe" or "trim" or "join" or "upper" or "lower" or "title" or "capitalize" or "replace" or "indent"
        or "format" or "center" or "escape" or "e" or "forceescape" or "urlencode" or "wordcount" or "truncate" or "pprint"
        or "list" or "first" or "last" or "reverse" or "sort" or "dictsort" or "items" or "unique" or "min" or "max" or "sum"
        or "map" or "select" or "reject" or "selectattr" or "rejectattr" or "groupby" or "batch" or "slice";

    private static TemplateValue? TryApply(string name, TemplateValue input, CallArguments arguments) => name switch
    {
        "default" or "d" => ValueFilters.Default(input, arguments),
        "tojson" => JsonFilters.Write(input, arguments),
        "from_json" => JsonFilters.Read(input),
        "length" or "count" => ValueFilters.Length(input),
        "string" => PythonText.Str(input, arguments.Budget),
        "int" => ValueFilters.ToInteger(input, arguments),
        "float" => ValueFilters.ToFloat(input, arguments),
        "abs" => ValueFilters.Absolute(input),
        "round" => ValueFilters.Round(input, arguments),
        "attr" => Members.GetMember(input, arguments.RequireText(0, "name")),
        "safe" => PythonText.Str(input, arguments.Budget),
        _ => TryApplyToText(name, input, arguments) ?? TryApplyToItems(name, input, arguments),
    };

    private static TemplateValue? TryApplyToText(string name, TemplateValue input, CallArguments arguments) => name switch
    {
        "trim" => TextFilters.Trim(input, arguments),
        "join" => TextFilters.Join(input, arguments),
        "upper" => TextFilters.Made(input, arguments, TextCase.Upper),
        "lower" => TextFilters.Made(input, arguments, TextCase.Lower),
        "title" => TextFilters.Made(input, arguments, TextCase.TitleFilter),
        "capitalize" => TextFilters.Made(input, arguments, TextCase.Capitalize),
        "replace" => StringParts.Replace(PythonText.Str(input, arguments.Budget), arguments),
        "indent" => TextFilters.Indent(input, arguments),
        "format" => PercentFormat.Format(PythonText.Str(input, arguments.Budget), arguments),
        "center" => StringParts.Pad(PythonText.Str(input, arguments.Budget), "center", arguments.Size(0, "width", 80), null, arguments.Budget),
        "escape" or "e" or "forceescape" => TextFilters.Made(input, arguments, TextFilters.Escape),
        "urlencode" => TextFilters.EncodeUrl(input, arguments),
        "wordcount" => TextFilters.CountWords(input, arguments),
        "truncate" => TextFilters.Truncate(input, arguments),
        "pprint" => PythonText.Repr(input, arguments.Budget),
        _ => null,
    };

    private static TemplateValue? TryApplyToItems(string name, TemplateValue input, CallArguments arguments) => name switch
    {
        "list" => new ListValue(Iteration.Copy(input, arguments.Budget)),
        "first" => SequenceFilters.First(input, arguments),
        "last" => SequenceFilters.Last(input, arguments),
        "reverse" => SequenceFilters.Reverse(input, arguments),
        "sort" => OrderFilters.Sort(input, arguments),
        "dictsort" => OrderFilters.SortDictionary(input, arguments),
        "items" => SequenceFilters.Items(input, arguments),
        "unique" => OrderFilters.Unique(input, arguments),
        "min" => OrderFilters.Extreme(input, arguments, sign: -1),
        "max" => OrderFilters.Extreme(input, arguments, sign: 1),
        "sum" => SequenceFilters.Sum(input, arguments),
        "map" => SelectionFilters.Map(input, arguments),
        "select" => SelectionFilters.Select(input, arguments, wanted: true),
        "reject" => SelectionFilters.Select(input, arguments, wanted: false),
        "selectattr" => SelectionFilters.SelectByAttribute(input, arguments, wanted: true),
        "rejectattr" => SelectionFilters.SelectByAttribute(input, arguments, wanted: false),
        "groupby" => OrderFilters.GroupBy(input, arguments),
        "batch" => SequenceFilters.Batch(input, arguments),
        "slice" => SequenceFilters.Slice(input, arguments),
        _ => null,
    };
}

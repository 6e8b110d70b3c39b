using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Library;

/// <summary>Filters that apply other filters and tests to each element.</summary>
internal static class SelectionFilters
{
    public static ListValue Map(TemplateValue input, CallArguments arguments)
    {
        var mapped = new List<TemplateValue>();
        var attribute = arguments.Positional.Count == 0 ? arguments.Find(0, "attribute") : null;
        if (attribute is null && arguments.Positional.Count == 0)
            throw new TemplateFault("'map' needs the name of a filter or an attribute");
        var rest = attribute is null ? arguments.Skip(1) : arguments;
        foreach (var item in Iteration.Items(input, arguments.Budget))
        {
            arguments.Budget.Spend();
            mapped.Add(attribute is null
                ? Filters.Apply(arguments.RequireText(0, "filter").Text, item, rest)
                : GetAttribute(item, attribute, arguments.Find(1, "default")));
        }

        return new ListValue(mapped);
    }

    public static ListValue Select(TemplateValue input, CallArguments arguments, bool wanted)
    {
        var test = arguments.FindText(0, "name")?.Text;
        var rest = arguments.Skip(1);
        return Where(input, arguments.Budget, item => (test is null ? item.IsTrue : Tests.Apply(test, item, rest)) == wanted);
    }

    public static ListValue SelectByAttribute(TemplateValue input, CallArguments arguments, bool wanted)
    {
        var attribute = arguments.Require(0, "attribute");
        var test = arguments.FindText(1, "name")?.Text;
        var rest = arguments.Skip(2);
        return Where(input, arguments.Budget, item =>
        {
            var value = Members.GetPath(item, attribute);
            return (test is null ? value.IsTrue : Tests.Apply(test, value, rest)) == wanted;
        });
    }

    private static ListValue Where(TemplateValue input, Budget budget, Predicate<TemplateValue> isWanted)
    {
        var chosen = new List<TemplateValue>();
        foreach (var item in Iteration.Items(input, budget))
        {
            budget.Spend();
            if (isWanted(item))
                chosen.Add(item);
        }

        return new ListValue(chosen);
    }

    private static TemplateValue GetAttribute(TemplateValue item, TemplateValue attribute, TemplateValue? otherwise)
    {
        var value = Members.GetPath(item, attribute);
        return value is UndefinedValue && otherwise is not null ? otherwise : value;
    }
}

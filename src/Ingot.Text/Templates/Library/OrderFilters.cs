using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Library;

/// <summary>Filters that compare elements; letter case does not count unless asked for.</summary>
internal static class OrderFilters
{
    public static ListValue Sort(TemplateValue input, CallArguments arguments)
    {
        arguments.Allow(3, "reverse", "case_sensitive", "attribute");
        var keys = new SortKeys(arguments.Find(2, "attribute"), arguments.IsTrue(1, "case_sensitive"), arguments.Budget);
        return new ListValue(SortBy(Iteration.Copy(input, arguments.Budget), keys.Of, arguments.IsTrue(0, "reverse"), arguments.Budget));
    }

    public static ListValue SortDictionary(TemplateValue input, CallArguments arguments)
    {
        arguments.Allow(3, "case_sensitive", "by", "reverse");
        if (input is not DictionaryValue dictionary)
            throw new TemplateFault($"'dictsort' needs a dictionary, not a value of type '{input.TypeName}'");
        var place = (arguments.FindText(1, "by")?.Text ?? "key") switch
        {
            "key" => 0,
            "value" => 1,
            _ => throw new TemplateFault("'dictsort' sorts by 'key' or by 'value'"),
        };
        var keys = new SortKeys(new IntegerValue(place), arguments.IsTrue(0, "case_sensitive"), arguments.Budget);
        var items = DictionaryMethods.Items(dictionary, arguments.Budget).Items;
        return new ListValue(SortBy(items, keys.Of, arguments.IsTrue(2, "reverse"), arguments.Budget));
    }

    public static ListValue Unique(TemplateValue input, CallArguments arguments)
    {
        arguments.Allow(2, "case_sensitive", "attribute");
        var keys = new SortKeys(arguments.Find(1, "attribute"), arguments.IsTrue(0, "case_sensitive"), arguments.Budget);
        var seen = new HashSet<TemplateValue>(KeyComparer.Instance);
        var items = new List<TemplateValue>();
        foreach (var item in Iteration.Items(input, arguments.Budget))
        {
            arguments.Budget.Spend();
            var key = keys.Of(item);
            if (!KeyComparer.IsKey(key))
                throw new TemplateFault($"'unique' cannot compare values of type '{key.TypeName}'");
            if (seen.Add(key))
                items.Add(item);
        }

        return new ListValue(items);
    }

    public static TemplateValue Extreme(TemplateValue input, CallArguments arguments, int sign)
    {
        arguments.Allow(2, "case_sensitive", "attribute");
        var keys = new SortKeys(arguments.Find(1, "attribute"), arguments.IsTrue(0, "case_sensitive"), arguments.Budget);
        TemplateValue? best = null;
        foreach (var item in Iteration.Items(input, arguments.Budget))
        {
            if (best is null || Ordering.Compare(keys.Of(item), keys.Of(best), arguments.Budget) * (long)sign > 0)
                best = item;
        }

        return best ?? new UndefinedValue("there is no item to choose from");
    }

    public static ListValue GroupBy(TemplateValue input, CallArguments arguments)
    {
        arguments.Allow(3, "attribute", "default", "case_sensitive");
        var keys = new SortKeys(arguments.Require(0, "attribute"), arguments.IsTrue(2, "case_sensitive"), arguments.Budget, arguments.Find(1, "default"));
        var plain = new SortKeys(arguments.Require(0, "attribute"), isCaseSensitive: true, arguments.Budget, arguments.Find(1, "default"));
        var groups = new List<TemplateValue>();
        TemplateValue? current = null;
        List<TemplateValue> members = [];
        foreach (var item in SortBy(Iteration.Copy(input, arguments.Budget), keys.Of, isReversed: false, arguments.Budget))
        {
            var key = keys.Of(item);
            if (current is null || !Ordering.AreEqual(current, key, arguments.Budget))
            {
                members = [];
                groups.Add(new TupleValue([plain.Of(item), new ListValue(members)]));
                current = key;
            }

            members.Add(item);
        }

        return new ListValue(groups);
    }

    private static List<TemplateValue> SortBy(List<TemplateValue> items, Func<TemplateValue, TemplateValue> keyOf, bool isReversed, Budget budget)
    {
        var keyed = items.ConvertAll(item => (Key: keyOf(item), Item: item));
        var sign = isReversed ? -1 : 1;
        return Ordering.Sort(keyed, (a, b) => sign * Math.Sign(Ordering.Compare(a.Key, b.Key, budget)), budget).ConvertAll(pair => pair.Item);
    }

    /// <summary>What an element is compared by: itself or one or more of its attributes, in lower case unless case counts.</summary>
    private sealed class SortKeys(TemplateValue? attribute, bool isCaseSensitive, Budget budget, TemplateValue? otherwise = null)
    {
        public TemplateValue Of(TemplateValue item)
        {
            budget.Spend();
            if (attribute is null or NoneValue)
                return Fold(item);
            if (attribute is not StringValue names || !names.Text.Contains(','))
                return Fold(Get(item, attribute));
            return new TupleValue([.. names.Text.Split(',').Select(name => Fold(Get(item, StringValue.Own(name))))]);
        }

        private TemplateValue Get(TemplateValue item, TemplateValue path)
        {
            var value = Members.GetPath(item, path);
            return value is UndefinedValue && otherwise is not null ? otherwise : value;
        }

        private TemplateValue Fold(TemplateValue value) =>
            !isCaseSensitive && value is StringValue text ? StringMethods.Made(text, budget, TextCase.Lower) : value;
    }
}

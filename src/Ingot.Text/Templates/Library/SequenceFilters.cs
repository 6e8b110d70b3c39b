using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Syntax;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Library;

/// <summary>Filters on lists that neither order nor choose.</summary>
internal static class SequenceFilters
{
    public static TemplateValue First(TemplateValue input, CallArguments arguments)
    {
        if (input is StringValue)
            return Members.GetItem(input, new IntegerValue(0));
        var items = Iteration.Items(input, arguments.Budget);
        return items.Count > 0 ? items[0] : new UndefinedValue("there is no first item");
    }

    public static TemplateValue Last(TemplateValue input, CallArguments arguments)
    {
        if (input is StringValue)
            return Members.GetItem(input, new IntegerValue(-1));
        var items = Iteration.Items(input, arguments.Budget);
        return items.Count > 0 ? items[^1] : new UndefinedValue("there is no last item");
    }

    public static TemplateValue Reverse(TemplateValue input, CallArguments arguments)
    {
        if (input is StringValue)
            return Slicing.Slice(input, null, null, -1, arguments.Budget);
        var items = Iteration.Copy(input, arguments.Budget);
        items.Reverse();
        return new ListValue(items);
    }

    public static TemplateValue Items(TemplateValue input, CallArguments arguments) => input switch
    {
        DictionaryValue dictionary => DictionaryMethods.Items(dictionary, arguments.Budget),
        UndefinedValue => new ListValue([]),
        _ => throw new TemplateFault($"'items' needs a dictionary, not a value of type '{input.TypeName}'"),
    };

    public static TemplateValue Sum(TemplateValue input, CallArguments arguments)
    {
        arguments.Allow(2, "attribute", "start");
        var attribute = arguments.Find(0, "attribute");
        var total = arguments.Find(1, "start") ?? new IntegerValue(0);
        foreach (var item in Iteration.Items(input, arguments.Budget))
        {
            arguments.Budget.Spend();
            var value = attribute is null or NoneValue ? item : Members.GetPath(item, attribute);
            total = Arithmetic.Apply(BinaryOperator.Add, total, value, arguments.Interpreter);
        }

        return total;
    }

    public static ListValue Batch(TemplateValue input, CallArguments arguments)
    {
        var size = arguments.Size(0, "linecount", 0);
        var fill = arguments.Find(1, "fill_with");
        if (size < 1)
            throw new TemplateFault("batch needs a size of at least 1");
        var rows = new List<TemplateValue>();
        foreach (var row in Iteration.Copy(input, arguments.Budget).Chunk(size))
        {
            arguments.Budget.Spend();
            var items = row.ToList();
            if (fill is not null and not NoneValue)
            {
                arguments.Budget.Spend(size);
                while (items.Count < size)
                    items.Add(fill);
            }

            rows.Add(new ListValue(items));
        }

        return new ListValue(rows);
    }

    public static ListValue Slice(TemplateValue input, CallArguments arguments)
    {
        var count = arguments.Size(0, "slices", 0);
        var fill = arguments.Find(1, "fill_with");
        if (count < 1)
            throw new TemplateFault("slice needs at least 1 slice");
        arguments.Budget.Spend(count);
        var items = Iteration.Copy(input, arguments.Budget);
        var (each, extra) = (items.Count / count, items.Count % count);
        var columns = new List<TemplateValue>();
        for (int i = 0, from = 0; i < count; i++)
        {
            var length = each + (i < extra ? 1 : 0);
            var column = items.GetRange(from, length);
            if (fill is not null and not NoneValue && i >= extra && extra > 0)
                column.Add(fill);
            columns.Add(new ListValue(column));
            from += length;
        }

        return new ListValue(columns);
    }
}

using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Library;

/// <summary>The methods of lists and tuples.</summary>
internal static class ListMethods
{
    public static TemplateValue? FindReading(SequenceValue owner, string name) => name switch
    {
        "index" => new FunctionValue(name, arguments => IndexOf(owner, arguments)),
        "count" => new FunctionValue(name, arguments => Count(owner, arguments)),
        _ => null,
    };

    public static TemplateValue? Find(ListValue owner, string name)
    {
        Func<CallArguments, TemplateValue>? body = name switch
        {
            "append" => arguments => Insert(owner, int.MaxValue, arguments.Require(0, "object"), arguments.Budget),
            "insert" => arguments => Insert(owner, arguments.Size(0, "index", 0), arguments.Require(1, "object"), arguments.Budget),
            "extend" => arguments => Extend(owner, arguments),
            "pop" => arguments => Pop(owner, arguments),
            "remove" => arguments => Remove(owner, arguments),
            "clear" => _ => Change(owner, items => items.Clear()),
            "reverse" => arguments => Reverse(owner, arguments),
            "copy" => arguments => new ListValue(Iteration.Copy(owner, arguments.Budget)),
            _ => null,
        };
        return body is null ? FindReading(owner, name) : new FunctionValue(name, body);
    }

    private static TemplateValue Change(ListValue owner, Action<List<TemplateValue>> change)
    {
        if (owner.IsFrozen)
            throw new TemplateFault("a list that came with the request cannot be changed");
        change(owner.Items);
        return TemplateValue.None;
    }

    private static TemplateValue Insert(ListValue owner, int index, TemplateValue value, Budget budget)
    {
        var count = owner.Items.Count;
        var place = Math.Clamp(index < 0 ? index + count : index, 0, count);
        budget.Spend(1 + (count - place) / 16);
        return Change(owner, items => items.Insert(place, value));
    }

    private static TemplateValue Extend(ListValue owner, CallArguments arguments)
    {
        var more = Iteration.Copy(arguments.Require(0, "iterable"), arguments.Budget);
        return Change(owner, items => items.AddRange(more));
    }

    private static TemplateValue Pop(ListValue owner, CallArguments arguments)
    {
        var index = arguments.Size(0, "index", -1);
        var place = index < 0 ? index + (long)owner.Items.Count : index;
        if (place < 0 || place >= owner.Items.Count)
            throw new TemplateFault("the list has no such element to take out");
        var value = owner.Items[(int)place];
        arguments.Budget.Spend(1 + (owner.Items.Count - place) / 16);
        Change(owner, items => items.RemoveAt((int)place));
        return value;
    }

    private static TemplateValue Remove(ListValue owner, CallArguments arguments)
    {
        var place = Place(owner, arguments);
        arguments.Budget.Spend(1 + (owner.Items.Count - place) / 16);
        return Change(owner, items => items.RemoveAt(place));
    }

    private static TemplateValue Reverse(ListValue owner, CallArguments arguments)
    {
        arguments.Budget.Spend(owner.Items.Count);
        return Change(owner, items => items.Reverse());
    }

    private static TemplateValue IndexOf(SequenceValue owner, CallArguments arguments) => TemplateValue.From((long)Place(owner, arguments));

    private static int Place(SequenceValue owner, CallArguments arguments)
    {
        var wanted = arguments.Require(0, "value");
        var place = owner.Items.FindIndex(item => Ordering.AreEqual(item, wanted, arguments.Budget));
        return place >= 0 ? place : throw new TemplateFault("the value is not in the list");
    }

    private static TemplateValue Count(SequenceValue owner, CallArguments arguments)
    {
        var wanted = arguments.Require(0, "value");
        return TemplateValue.From((long)owner.Items.Count(item => Ordering.AreEqual(item, wanted, arguments.Budget)));
    }
}

using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Library;

/// <summary>The methods of dictionaries.</summary>
internal static class DictionaryMethods
{
    public static TemplateValue? Find(DictionaryValue owner, string name)
    {
        Func<CallArguments, TemplateValue>? body = name switch
        {
            "get" => arguments => owner.Find(arguments.Require(0, "key")) ?? arguments.Find(1, "default") ?? TemplateValue.None,
            "items" => arguments => Items(owner, arguments.Budget),
            "keys" => arguments => new ListValue(Iteration.Copy(owner, arguments.Budget)),
            "values" => arguments => Values(owner, arguments.Budget),
            "copy" => arguments => Copy(owner, arguments.Budget),
            "update" => arguments => Update(owner, arguments),
            "setdefault" => arguments => SetDefault(owner, arguments),
            "pop" => arguments => Pop(owner, arguments),
            _ => null,
        };
        return body is null ? null : new FunctionValue(name, body);
    }

    public static ListValue Items(DictionaryValue owner, Budget budget)
    {
        budget.Spend(owner.Entries.Count * 2L);
        var items = new List<TemplateValue>(owner.Entries.Count);
        foreach (var (key, value) in owner.Entries)
            items.Add(new TupleValue([key, value]));
        return new ListValue(items);
    }

    /// <summary>Adds the entries of a dictionary, or the pairs of a list.</summary>
    public static void AddAll(DictionaryValue target, TemplateValue source, Budget budget)
    {
        if (source is DictionaryValue dictionary)
            source = Items(dictionary, budget);
        foreach (var item in Iteration.Items(source, budget))
        {
            budget.Spend();
            if (item is not SequenceValue { Items: [var key, var value] })
                throw new TemplateFault("a dictionary is made of pairs of a key and a value");
            target.Set(key, value);
        }
    }

    private static ListValue Values(DictionaryValue owner, Budget budget)
    {
        budget.Spend(owner.Entries.Count);
        return new ListValue([.. owner.Entries.Values]);
    }

    private static DictionaryValue Copy(DictionaryValue owner, Budget budget)
    {
        var copy = new DictionaryValue();
        AddAll(copy, owner, budget);
        return copy;
    }

    private static TemplateValue Update(DictionaryValue owner, CallArguments arguments)
    {
        RequireOwn(owner);
        if (arguments.Positional.Count > 0)
            AddAll(owner, arguments.Positional[0], arguments.Budget);
        foreach (var (key, value) in arguments.Named)
            owner.Entries[StringValue.Own(key)] = value;
        return TemplateValue.None;
    }

    private static TemplateValue SetDefault(DictionaryValue owner, CallArguments arguments)
    {
        RequireOwn(owner);
        var key = arguments.Require(0, "key");
        if (owner.Find(key) is { } existing)
            return existing;
        var value = arguments.Find(1, "default") ?? TemplateValue.None;
        owner.Set(key, value);
        return value;
    }

    private static TemplateValue Pop(DictionaryValue owner, CallArguments arguments)
    {
        RequireOwn(owner);
        var key = arguments.Require(0, "key");
        var value = owner.Find(key);
        if (value is not null)
        {
            arguments.Budget.Spend(owner.Entries.Count / 16);
            owner.Entries.Remove(key);
        }

        return value ?? arguments.Find(1, "default") ?? throw new TemplateFault("the dictionary has no such key to take out");
    }

    private static void RequireOwn(DictionaryValue owner)
    {
        if (owner.IsFrozen)
            throw new TemplateFault("a dictionary that came with the request cannot be changed");
    }
}

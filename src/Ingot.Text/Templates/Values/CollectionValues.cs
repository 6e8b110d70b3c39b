using Ingot.Text.Templates.Execution;

namespace Ingot.Text.Templates.Values;

/// <summary>What lists and tuples have in common.</summary>
internal abstract class SequenceValue(List<TemplateValue> items) : TemplateValue
{
    public List<TemplateValue> Items { get; } = items;

    internal override bool IsTrue => Items.Count > 0;
}

internal sealed class ListValue(List<TemplateValue> items) : SequenceValue(items)
{
    /// <summary>Values that came with the request are shared; a template may change only what it made itself.</summary>
    public bool IsFrozen { get; init; }

    internal override string TypeName => "list";
}

internal sealed class TupleValue(List<TemplateValue> items) : SequenceValue(items)
{
    internal override string TypeName => "tuple";
}

internal sealed class DictionaryValue : TemplateValue
{
    public OrderedDictionary<TemplateValue, TemplateValue> Entries { get; } = new(KeyComparer.Instance);

    public bool IsFrozen { get; private set; }

    internal override string TypeName => "dict";

    internal override bool IsTrue => Entries.Count > 0;

    public DictionaryValue Freeze()
    {
        IsFrozen = true;
        return this;
    }

    public TemplateValue? Find(TemplateValue key) =>
        KeyComparer.IsKey(key) && Entries.TryGetValue(key, out var value) ? value : null;

    public void Set(TemplateValue key, TemplateValue value)
    {
        if (!KeyComparer.IsKey(key))
            throw new TemplateFault($"a value of type '{key.TypeName}' cannot be the key of a dictionary");
        Entries[key] = value;
    }
}

internal sealed class NamespaceValue : TemplateValue
{
    public Dictionary<string, TemplateValue> Members { get; } = new(StringComparer.Ordinal);

    internal override string TypeName => "Namespace";
}

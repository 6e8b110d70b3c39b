using Ingot.Text.Templates.Execution;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Library;

/// <summary>What is inside a value. Only what is listed here can be reached; there is no reflection.</summary>
internal static class Members
{
    /// <summary><c>value.name</c>: methods win over entries, as in Python.</summary>
    public static TemplateValue GetMember(TemplateValue owner, StringValue name) =>
        FindMethod(owner, name.Text) ?? FindItem(owner, name) ?? Missing(owner, name);

    /// <summary><c>value[index]</c>: entries win over methods.</summary>
    public static TemplateValue GetItem(TemplateValue owner, TemplateValue index) =>
        FindItem(owner, index) ?? (index is StringValue name ? FindMethod(owner, name.Text) : null) ?? Missing(owner, index);

    /// <summary>What filters take for an attribute: <c>"function.name"</c>, <c>0</c>.</summary>
    public static TemplateValue GetPath(TemplateValue value, TemplateValue path)
    {
        if (path is not StringValue text)
            return GetItem(value, path);
        foreach (var part in text.Text.Split('.'))
        {
            value = GetItem(value, Numbers.TryParseInteger(part, 10, out var index) && part.All(char.IsAsciiDigit)
                ? new IntegerValue(index)
                : StringValue.Own(part));
        }

        return value;
    }

    public static bool Contains(TemplateValue container, TemplateValue item, Budget budget)
    {
        switch (container)
        {
            case StringValue text when item is StringValue part:
                budget.SpendSearch(text, part);
                return text.Text.Contains(part.Text, StringComparison.Ordinal);
            case StringValue:
                throw new TemplateFault($"only a string can be in a string, not a value of type '{item.TypeName}'");
            case DictionaryValue dictionary:
                return dictionary.Find(item) is not null;
            default:
                foreach (var candidate in Iteration.Items(container, budget))
                {
                    if (Ordering.AreEqual(candidate, item, budget))
                        return true;
                }

                return false;
        }
    }

    private static TemplateValue? FindItem(TemplateValue owner, TemplateValue index)
    {
        switch (owner)
        {
            case DictionaryValue dictionary:
                return dictionary.Find(index);
            case SequenceValue sequence when Numbers.TryGetInteger(index, out var position):
                position += position < 0 ? sequence.Items.Count : 0;
                return position >= 0 && position < sequence.Items.Count ? sequence.Items[(int)position] : null;
            case StringValue text when Numbers.TryGetInteger(index, out var position):
                return FindCharacter(text, position);
            case UndefinedValue undefined:
                throw new TemplateFault(undefined.Reason);
            default:
                return null;
        }
    }

    private static StringValue? FindCharacter(StringValue text, long position)
    {
        if (PythonCharacters.HasPairs(text.Text))
        {
            var characters = text.Characters();
            position += position < 0 ? characters.Count : 0;
            return position >= 0 && position < characters.Count ? (StringValue)characters[(int)position] : null;
        }

        position += position < 0 ? text.Text.Length : 0;
        return position >= 0 && position < text.Text.Length ? text.Slice((int)position, 1) : null;
    }

    private static TemplateValue? FindMethod(TemplateValue owner, string name) => owner switch
    {
        DictionaryValue dictionary => DictionaryMethods.Find(dictionary, name),
        StringValue text => StringMethods.Find(text, name),
        ListValue list => ListMethods.Find(list, name),
        TupleValue tuple => ListMethods.FindReading(tuple, name),
        NamespaceValue space => space.Members.GetValueOrDefault(name),
        LoopValue loop => loop.FindMember(name),
        MacroValue macro when name == "name" => StringValue.Own(macro.Name),
        StatefulValue stateful => stateful.FindMember(name),
        UndefinedValue undefined => throw new TemplateFault(undefined.Reason),
        _ => null,
    };

    private static UndefinedValue Missing(TemplateValue owner, TemplateValue index) => new(index is StringValue name
        ? $"a value of type '{owner.TypeName}' has no '{name.Text}'"
        : $"a value of type '{owner.TypeName}' has no such element");
}

using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Execution;

/// <summary>What a loop over a value goes through.</summary>
internal static class Iteration
{
    public static IReadOnlyList<TemplateValue> Items(TemplateValue value, Budget budget)
    {
        switch (value)
        {
            case SequenceValue sequence:
                return sequence.Items;
            case DictionaryValue dictionary:
                budget.Spend(dictionary.Entries.Count);
                return [.. dictionary.Entries.Keys];
            case StringValue text:
                budget.Spend(text.Text.Length);
                return text.Characters();
            case UndefinedValue:
                return [];
            case LoopValue loop:
                return loop.Remaining();
            default:
                throw new TemplateFault($"a value of type '{value.TypeName}' cannot be gone through");
        }
    }

    public static bool CanIterate(TemplateValue value) =>
        value is SequenceValue or DictionaryValue or StringValue or UndefinedValue or LoopValue;

    /// <summary>The elements in a list of their own, which the caller may change.</summary>
    public static List<TemplateValue> Copy(TemplateValue value, Budget budget)
    {
        var items = Items(value, budget);
        budget.Spend(items.Count);
        return [.. items];
    }
}

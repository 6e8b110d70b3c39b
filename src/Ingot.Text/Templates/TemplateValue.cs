using System.Text.Json;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates;

/// <summary>
/// A value a chat template works with. Made by the factories here; strings remember whether they are the template's
/// and the service's own (trusted) or came from outside (untrusted). Values given to a rendering are never changed by it,
/// so they can be shared between threads.
/// </summary>
public abstract class TemplateValue
{
    private protected TemplateValue()
    {
    }

    /// <summary>The absence of a value: prints as nothing, is false, has no members.</summary>
    public static TemplateValue Undefined { get; } = new UndefinedValue("the value is undefined");

    /// <summary>Jinja's <c>none</c>, JSON's <c>null</c>.</summary>
    public static TemplateValue None { get; } = new NoneValue();

    internal abstract string TypeName { get; }

    internal virtual bool IsTrue => true;

    /// <summary>A boolean.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The template's value.</returns>
    public static TemplateValue From(bool value) => value ? BooleanValue.True : BooleanValue.False;

    /// <summary>An integer.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The template's value.</returns>
    public static TemplateValue From(long value) => new IntegerValue(value);

    /// <summary>A floating-point number.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The template's value.</returns>
    public static TemplateValue From(double value) => new FloatValue(value);

    /// <summary>Text of the model or of this program (roles, special tokens): special-token text in it counts.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The template's value.</returns>
    public static TemplateValue Trusted(string text) => StringValue.Own(text);

    /// <summary>Text from outside (message contents, names): special-token text in it is ordinary text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The template's value.</returns>
    public static TemplateValue Untrusted(string text) => StringValue.Outside(text);

    /// <summary>A list.</summary>
    /// <param name="items">Its elements, in order.</param>
    /// <returns>The template's value.</returns>
    public static TemplateValue List(IEnumerable<TemplateValue> items) => new ListValue([.. items]) { IsFrozen = true };

    /// <summary>A dictionary that keeps the order of its entries; of equal keys the last value stays. Keys are trusted.</summary>
    /// <param name="entries">Its entries, in order.</param>
    /// <returns>The template's value.</returns>
    public static TemplateValue Dictionary(IEnumerable<KeyValuePair<string, TemplateValue>> entries)
    {
        var dictionary = new DictionaryValue();
        foreach (var (key, value) in entries)
            dictionary.Entries[StringValue.Own(key)] = value;
        return dictionary.Freeze();
    }

    /// <summary>The value a JSON document stands for; objects keep the order of their members.</summary>
    /// <param name="element">The document or a part of it.</param>
    /// <param name="trusted">Whether strings and member names in it are trusted; false by default.</param>
    /// <returns>The template's value.</returns>
    /// <exception cref="Errors.IngotException">InvalidValue when the document is nested deeper than 128.</exception>
    public static TemplateValue FromJson(JsonElement element, bool trusted = false) =>
        JsonValues.Read(element, trusted, depth: 0);
}

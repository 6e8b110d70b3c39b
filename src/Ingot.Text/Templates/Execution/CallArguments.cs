using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Execution;

/// <summary>The evaluated arguments of one call, filter or test, and what it may use while it runs.</summary>
internal sealed class CallArguments(
    Interpreter interpreter,
    IReadOnlyList<TemplateValue> positional,
    IReadOnlyList<KeyValuePair<string, TemplateValue>> named)
{
    public Interpreter Interpreter { get; } = interpreter;

    public Budget Budget => Interpreter.Budget;

    public IReadOnlyList<TemplateValue> Positional { get; } = positional;

    public IReadOnlyList<KeyValuePair<string, TemplateValue>> Named { get; } = named;

    public TemplateValue? Find(int index, string name)
    {
        if (index < Positional.Count)
            return Positional[index];
        foreach (var (key, value) in Named)
        {
            if (key == name)
                return value;
        }

        return null;
    }

    public TemplateValue Require(int index, string name) =>
        Find(index, name) ?? throw new TemplateFault($"the argument '{name}' is missing");

    public bool IsTrue(int index, string name, bool otherwise = false) => Find(index, name)?.IsTrue ?? otherwise;

    public StringValue RequireText(int index, string name) => AsText(Require(index, name), name);

    /// <summary>A text; null when absent or none.</summary>
    public StringValue? FindText(int index, string name) =>
        Find(index, name) is { } value and not NoneValue ? AsText(value, name) : null;

    public long Integer(int index, string name, long otherwise) =>
        Find(index, name) is { } value and not NoneValue ? AsInteger(value, name) : otherwise;

    /// <summary>A number small enough to be the size of something.</summary>
    public int Size(int index, string name, int otherwise) =>
        (int)Math.Clamp(Integer(index, name, otherwise), int.MinValue, int.MaxValue);

    /// <summary>The same arguments without the first ones, for a filter or test that another one was given.</summary>
    public CallArguments Skip(int count) => new(Interpreter, [.. Positional.Skip(count)], Named);

    public void Allow(int count, params ReadOnlySpan<string> names)
    {
        if (Positional.Count > count)
            throw new TemplateFault($"takes at most {count} arguments, {Positional.Count} were given");
        foreach (var (key, _) in Named)
        {
            if (!names.Contains(key))
                throw new TemplateFault($"takes no argument named '{key}'");
        }
    }

    private static StringValue AsText(TemplateValue value, string name) => value as StringValue
        ?? throw new TemplateFault($"the argument '{name}' must be a string, not of type '{value.TypeName}'");

    private static long AsInteger(TemplateValue value, string name) => Numbers.TryGetInteger(value, out var integer)
        ? integer
        : throw new TemplateFault($"the argument '{name}' must be an integer, not of type '{value.TypeName}'");
}

namespace Ingot.Service.Chat.Calls;

/// <summary>The functions that an answer can call.</summary>
/// <param name="functions">Each by its name, with its arguments where the format writes each by itself; null where nothing is said of them.</param>
internal sealed class CallTargets(IReadOnlyDictionary<string, IReadOnlyList<ParameterForm>?> functions)
{
    /// <summary>No function.</summary>
    public static CallTargets None { get; } = new(new Dictionary<string, IReadOnlyList<ParameterForm>?>());

    /// <summary>The functions, as calls of a format need them.</summary>
    /// <exception cref="Errors.IngotException">A schema must be enforced and cannot be, in this format.</exception>
    public static CallTargets Of(IEnumerable<ToolDefinition> tools, CallFormat format) =>
        new(tools.ToDictionary(tool => tool.Name, tool => format.Parameter is null ? null : ParameterForm.Of(tool), StringComparer.Ordinal));

    /// <summary>Whether there is such a function.</summary>
    public bool Has(string name) => functions.ContainsKey(name);

    /// <summary>What is said of a function's arguments; null for nothing.</summary>
    public IReadOnlyList<ParameterForm>? Parameters(string name) => functions.GetValueOrDefault(name);

    /// <summary>Whether an argument is text; null where nothing is said of it.</summary>
    public bool? IsText(string name, string key) => Parameters(name)?.FirstOrDefault(form => form.Key == key)?.IsText;
}

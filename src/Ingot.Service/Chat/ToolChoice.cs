using System.Text.Json;

namespace Ingot.Service.Chat;

/// <summary>A function the model may call.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does; null when not said.</param>
/// <param name="Parameters">JSON Schema of its arguments; null when it has none.</param>
/// <param name="IsStrict">Whether arguments must satisfy the schema; false lets any object pass where the schema cannot be enforced.</param>
/// <param name="Field">The request's field that holds the schema, for errors; null names the function instead.</param>
public sealed record ToolDefinition(string Name, string? Description, JsonElement? Parameters, bool IsStrict = false, string? Field = null);

/// <summary>Whether the model may, must or must not call a function.</summary>
public sealed record ToolChoice
{
    private ToolChoice(ToolChoiceKind kind, string? name) => (Kind, Name) = (kind, name);

    /// <summary>The model decides.</summary>
    public static ToolChoice Auto { get; } = new(ToolChoiceKind.Auto, null);

    /// <summary>No call; the functions are not shown to the model.</summary>
    public static ToolChoice None { get; } = new(ToolChoiceKind.None, null);

    /// <summary>At least one call.</summary>
    public static ToolChoice Required { get; } = new(ToolChoiceKind.Required, null);

    /// <summary>Which choice it is.</summary>
    public ToolChoiceKind Kind { get; }

    /// <summary>The function, with <see cref="ToolChoiceKind.Named"/> only; else null.</summary>
    public string? Name { get; }

    /// <summary>The functions that may be called, of those shown; null for all of them.</summary>
    public IReadOnlyList<string>? AllowedNames { get; private init; }

    /// <summary>One call, of this function.</summary>
    /// <param name="name">The function's name.</param>
    public static ToolChoice Named(string name) => new(ToolChoiceKind.Named, name);

    /// <summary>All functions are shown and only these may be called.</summary>
    /// <param name="names">Their names, at least one.</param>
    /// <param name="isRequired">Whether one must be called.</param>
    public static ToolChoice Allowed(IReadOnlyList<string> names, bool isRequired) =>
        new(isRequired ? ToolChoiceKind.Required : ToolChoiceKind.Auto, null) { AllowedNames = names };
}

/// <summary>The kinds of <see cref="ToolChoice"/>.</summary>
public enum ToolChoiceKind
{
    /// <summary>The model decides.</summary>
    Auto,

    /// <summary>No call.</summary>
    None,

    /// <summary>Some call.</summary>
    Required,

    /// <summary>A call of one certain function.</summary>
    Named,
}

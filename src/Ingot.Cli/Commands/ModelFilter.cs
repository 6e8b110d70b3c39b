using Ingot.Cli.Output;
using Ingot.Models.Catalog;
using Ingot.Service.Hosting;

namespace Ingot.Cli.Commands;

/// <summary>
/// Which models a list shows: those with a text in alias, id, publisher or task, or those of which <c>key=value</c> holds. A
/// value may end in <c>*</c> for any ending, and begin with <c>!</c> for all others. Letter case does not matter.
/// </summary>
internal sealed class ModelFilter
{
    private static readonly string[] Devices = [nameof(ModelDevice.CPU), nameof(ModelDevice.GPU), nameof(ModelDevice.NPU)];

    private readonly Func<ModelFacts, bool> _lets;

    private ModelFilter(Func<ModelFacts, bool> lets) => _lets = lets;

    /// <summary>The keys.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["alias", "device", "provider", "task"];

    /// <summary>Reads a filter.</summary>
    /// <param name="text">What was typed.</param>
    /// <exception cref="FormatException">What is wrong with it, one sentence.</exception>
    public static ModelFilter Parse(string text)
    {
        int sign = text.IndexOf('=', StringComparison.Ordinal);
        if (sign < 0)
            return new ModelFilter(model => Has(model, text));
        string key = text[..sign].Trim().ToLowerInvariant();
        string value = text[(sign + 1)..].Trim();
        bool isNegated = value.StartsWith('!');
        value = value[(isNegated ? 1 : 0)..];
        if (FaultOf(key, value) is { } fault)
            throw new FormatException(fault);
        Func<ModelFacts, bool> holds = Test(key, value);
        return new ModelFilter(model => holds(model) != isNegated);
    }

    /// <summary>Whether a model is shown.</summary>
    public bool Lets(ModelFacts model) => _lets(model);

    private static string? FaultOf(string key, string value)
    {
        if (!Keys.Contains(key))
            return $"There is no filter '{key}=', only {string.Join(", ", Keys)}, or a text without '='.";
        if (value.Length == 0)
            return $"The filter '{key}=' has no value.";
        return key == "device" && !Devices.Contains(value, StringComparer.OrdinalIgnoreCase)
            ? $"There is no device '{value}', only {string.Join(", ", Devices)}."
            : null;
    }

    private static Func<ModelFacts, bool> Test(string key, string value) => key switch
    {
        "alias" => model => Matches(model.Alias, value),
        "device" => model => Matches(model.Device, value),
        "provider" => model => Matches(model.ExecutionProvider, ExecutionProviders.Find(value)?.RuntimeName ?? value),
        _ => model => Matches(model.Task, value),
    };

    private static bool Matches(string text, string pattern) => pattern.EndsWith('*')
        ? text.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase)
        : text.Equals(pattern, StringComparison.OrdinalIgnoreCase);

    private static bool Has(ModelFacts model, string text) =>
        new[] { model.Alias, model.Id, model.Publisher, model.Task }.Any(part => part?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);
}

using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Betalgo.Ranul.OpenAI.ObjectModels.SharedModels;

namespace Betalgo.Ranul.OpenAI.Builders;

/// <summary>Puts a function together, one parameter after the other.</summary>
/// <param name="name">Its name: 1 to 64 letters, digits, underscores and dashes.</param>
/// <param name="description">What it does and when to call it.</param>
public class FunctionDefinitionBuilder(string name, string? description = null)
{
    private readonly FunctionDefinition _definition = new()
    {
        Name = name,
        Description = description,
        Parameters = new PropertyDefinition { Properties = new Dictionary<string, PropertyDefinition>() },
    };

    /// <summary>Adds a parameter.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its schema.</param>
    /// <param name="required">Whether a call must give it.</param>
    /// <returns>This.</returns>
    public FunctionDefinitionBuilder AddParameter(string name, PropertyDefinition value, bool required = true)
    {
        PropertyDefinition parameters = _definition.Parameters!;
        parameters.Properties!.Add(name, value);
        if (required)
            (parameters.Required ??= []).Add(name);
        return this;
    }

    /// <summary>Checks the name.</summary>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is none that a function may have.</exception>
    public FunctionDefinitionBuilder Validate()
    {
        string given = _definition.Name;
        return given.Length is 0 or > 64 || !given.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-')
            ? throw new ArgumentOutOfRangeException(nameof(name), given, "A function's name is 1 to 64 letters, digits, underscores and dashes.")
            : this;
    }

    /// <summary>The function.</summary>
    public FunctionDefinition Build() => _definition;
}

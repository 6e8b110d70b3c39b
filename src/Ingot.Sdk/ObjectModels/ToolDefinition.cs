using System.Text.Json.Serialization;
using Betalgo.Ranul.OpenAI.ObjectModels.SharedModels;

namespace Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;

/// <summary>A tool the model may call.</summary>
public class ToolDefinition
{
    /// <summary>The kind of tool; only <c>function</c> is done here.</summary>
    [JsonPropertyName("type")]
    public string Type { get; set; } = "";

    /// <summary>The function; not together with <see cref="FunctionsAsObject"/>.</summary>
    [JsonPropertyName("function")]
    public FunctionDefinition? Function { get; set; }

    /// <summary>The function as JSON: a <see cref="System.Text.Json.JsonElement"/>, a <see cref="System.Text.Json.Nodes.JsonNode"/> or text.</summary>
    [JsonIgnore]
    public object? FunctionsAsObject { get; set; }

    /// <summary>As <see cref="FunctionDefinition.Strict"/>; either of them is enough.</summary>
    [JsonPropertyName("strict")]
    public bool? Strict { get; set; }

    /// <summary>A tool that is a function.</summary>
    public static ToolDefinition DefineFunction(FunctionDefinition function) => new() { Type = "function", Function = function };
}

/// <summary>A function the model may call.</summary>
public class FunctionDefinition
{
    /// <summary>Its name: 1 to 64 letters, digits, underscores and dashes.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set; } = "";

    /// <summary>What it does and when to call it; the model chooses by this.</summary>
    [JsonPropertyName("description")]
    public string? Description { get; set; }

    /// <summary>JSON Schema of its arguments; null when it has none.</summary>
    [JsonPropertyName("parameters")]
    public PropertyDefinition? Parameters { get; set; }

    /// <summary>Whether the arguments must satisfy the schema to the letter; default false.</summary>
    [JsonPropertyName("strict")]
    public bool? Strict { get; set; }
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;

/// <summary>A call the model made.</summary>
public class ToolCall
{
    /// <summary>The call's position in the answer.</summary>
    [JsonPropertyName("index")]
    public int Index { get; set; }

    /// <summary>Ties the call to the message that answers it.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; set; }

    /// <summary>Always <c>function</c>.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; set; }

    /// <summary>What is called.</summary>
    [JsonPropertyName("function")]
    public FunctionCall? FunctionCall { get; set; }
}

/// <summary>A function's name and the arguments it is called with.</summary>
public class FunctionCall
{
    /// <summary>The function's name as declared.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; set; }

    /// <summary>A JSON object as text.</summary>
    [JsonPropertyName("arguments")]
    public string? Arguments { get; set; }

    /// <summary>The arguments by name, each a <see cref="JsonElement"/>; empty when there are none.</summary>
    /// <exception cref="JsonException"><see cref="Arguments"/> is no JSON object.</exception>
    public Dictionary<string, object> ParseArguments()
    {
        if (string.IsNullOrWhiteSpace(Arguments))
            return [];
        using JsonDocument document = JsonDocument.Parse(Arguments);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => (object)member.Value.Clone())
            : throw new JsonException("The arguments of a call must be a JSON object.");
    }
}

using System.Text.Json.Serialization;
using Betalgo.Ranul.OpenAI.ObjectModels.SharedModels;

namespace Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;

/// <summary>The form an answer must have; it is held to it while it is made.</summary>
public class ResponseFormat
{
    /// <summary><c>text</c>, <c>json_object</c>, or <c>json_schema</c> with a <see cref="JsonSchema"/>.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; set; }

    /// <summary>The schema, with the type <c>json_schema</c>.</summary>
    [JsonPropertyName("json_schema")]
    public JsonSchema? JsonSchema { get; set; }
}

/// <summary>A schema with a name.</summary>
public class JsonSchema
{
    /// <summary>What the answer is for.</summary>
    [JsonPropertyName("description")]
    public string? Description { get; set; }

    /// <summary>The schema's name.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set; } = "";

    /// <summary>Whether the schema is followed to the letter. It always is here; a schema that cannot be is refused.</summary>
    [JsonPropertyName("strict")]
    public bool? Strict { get; set; }

    /// <summary>The schema itself.</summary>
    [JsonPropertyName("schema")]
    public PropertyDefinition? Schema { get; set; }
}

using System.Text.Json.Serialization;
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;

namespace Microsoft.AI.Foundry.Local.OpenAI;

/// <summary>The form an answer must have; besides the usual ones, by a grammar (type <c>lark_grammar</c>).</summary>
public class ResponseFormatExtended : ResponseFormat
{
    /// <summary>A grammar in Lark's notation, with the type <c>lark_grammar</c>.</summary>
    [JsonPropertyName("lark_grammar")]
    public string? LarkGrammar { get; set; }
}

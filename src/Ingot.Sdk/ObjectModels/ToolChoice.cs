using System.Text.Json.Serialization;

namespace Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;

/// <summary>Whether the model may, must or must not call a tool.</summary>
public class ToolChoice
{
    /// <summary>No call.</summary>
    public static ToolChoice None => new() { Type = "none" };

    /// <summary>The model decides; what holds where nothing is said.</summary>
    public static ToolChoice Auto => new() { Type = "auto" };

    /// <summary>At least one call.</summary>
    public static ToolChoice Required => new() { Type = "required" };

    /// <summary><c>none</c>, <c>auto</c>, <c>required</c>, or <c>function</c> with a <see cref="Function"/>.</summary>
    [JsonPropertyName("type")]
    public string Type { get; set; } = "";

    /// <summary>The function to call, with the type <c>function</c>.</summary>
    [JsonPropertyName("function")]
    public FunctionTool? Function { get; set; }

    /// <summary>A call of one certain function.</summary>
    public static ToolChoice FunctionChoice(string functionName) =>
        new() { Type = "function", Function = new FunctionTool { Name = functionName } };

    /// <summary>Names a function.</summary>
    public class FunctionTool
    {
        /// <summary>The function's name as declared.</summary>
        [JsonPropertyName("name")]
        public string Name { get; set; } = "";
    }
}

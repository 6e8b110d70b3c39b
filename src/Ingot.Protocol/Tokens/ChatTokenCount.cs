using System.Text.Json.Serialization;

namespace Ingot.Protocol.Tokens;

/// <summary><c>POST /v1/chat/completions/tokenizer/encode/count</c>. Foundry Local writes this name in camel case.</summary>
/// <param name="TokenCount">What <c>usage.prompt_tokens</c> of the same request would be.</param>
public sealed record ChatTokenCount([property: JsonPropertyName("tokenCount")] int TokenCount);

using System.Text.Json.Serialization;
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Betalgo.Ranul.OpenAI.ObjectModels.SharedModels;

namespace Microsoft.AI.Foundry.Local.Chat;

/// <summary>JSON of schemas and functions, made at build time, so that trimmed programs have it.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FunctionDefinition))]
[JsonSerializable(typeof(PropertyDefinition))]
internal sealed partial class ObjectModelJson : JsonSerializerContext;

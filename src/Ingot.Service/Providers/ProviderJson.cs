using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ingot.Service.Providers;

/// <summary>The list of providers as it lies on the disk.</summary>
internal sealed record ProviderList(IReadOnlyList<ModelProvider> Providers);

/// <summary>Its JSON rules.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    WriteIndented = true,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = 8)]
[JsonSerializable(typeof(ProviderList))]
internal sealed partial class ProviderJson : JsonSerializerContext;

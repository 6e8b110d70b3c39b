using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Ingot.Service.Callers;

/// <summary>The keys' file.</summary>
/// <param name="Version">Its form.</param>
/// <param name="Keys">The keys, oldest first.</param>
internal sealed record KeyFileBody(int Version, IReadOnlyList<KeyFileEntry?>? Keys);

/// <summary>A key in its file. Everything may be absent: people edit files.</summary>
internal sealed record KeyFileEntry(
    string? Id, string? Name, long CreatedAt, byte[]? Salt, byte[]? Hash, int? RequestsPerMinute, int? TokensPerMinute, IReadOnlyList<string?>? Models)
{
    private const long LastSecond = 253_402_300_799;

    /// <summary>A key as its file has it.</summary>
    internal static KeyFileEntry Of(ApiKey key) =>
        new(key.Id, key.Name, key.CreatedAt.ToUnixTimeSeconds(), key.Salt, key.Hash, key.RequestsPerMinute, key.TokensPerMinute, key.Models.Count == 0 ? null : key.Models);

    /// <summary>The key; null when this is none.</summary>
    internal ApiKey? ToKey()
    {
        if (Id is null || !ApiKeyText.IsId(Id) || Name is null || CreatedAt is < 0 or > LastSecond
            || Salt is not { Length: ApiKey.SaltBytes } || Hash is not { Length: SHA256.HashSizeInBytes } || Models is { Count: 0 } || Models?.Contains(null) == true)
            return null;
        var key = new ApiKey(Id, Name, DateTimeOffset.FromUnixTimeSeconds(CreatedAt))
        {
            RequestsPerMinute = RequestsPerMinute,
            TokensPerMinute = TokensPerMinute,
            Models = [.. Models?.OfType<string>() ?? []],
            Salt = Salt,
            Hash = Hash,
        };
        return ApiKeyRules.Mistake(key) is null ? key : null;
    }
}

/// <summary>JSON of the keys' file. A field nobody knows is no mistake to overlook: it may be a limit.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, MaxDepth = 8, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyFileBody))]
internal sealed partial class KeyFileJson : JsonSerializerContext;

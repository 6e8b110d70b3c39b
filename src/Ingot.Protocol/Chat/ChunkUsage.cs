using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ingot.Protocol.Chat;

/// <summary>A chunk's token counts, or the null that says they come later: on the wire the counts themselves, or null.</summary>
/// <param name="Counts">The counts; null in every chunk but the last.</param>
[JsonConverter(typeof(ChunkUsageConverter))]
public sealed record ChunkUsage(Usage? Counts);

/// <summary>Reads and writes the counts without the record around them.</summary>
internal sealed class ChunkUsageConverter : JsonConverter<ChunkUsage>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override ChunkUsage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new((Usage?)JsonSerializer.Deserialize(ref reader, options.GetTypeInfo(typeof(Usage))));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ChunkUsage value, JsonSerializerOptions options)
    {
        if (value.Counts is { } counts)
            JsonSerializer.Serialize(writer, counts, options.GetTypeInfo(typeof(Usage)));
        else
            writer.WriteNullValue();
    }
}

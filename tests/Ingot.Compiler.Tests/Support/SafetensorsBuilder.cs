using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Ingot.Compiler.Tests.Support;

/// <summary>Writes safetensors files the way the format's description has them.</summary>
internal static class SafetensorsBuilder
{
    /// <summary>A whole file from a header and data, both taken as they are.</summary>
    public static byte[] Raw(string header, byte[] data, ulong? claimedLength = null)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + json.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, claimedLength ?? (ulong)json.Length);
        json.CopyTo(bytes, 8);
        data.CopyTo(bytes, 8 + json.Length);
        return bytes;
    }

    /// <summary>A sound file of tensors in one element type.</summary>
    public static byte[] Build(IEnumerable<(string Name, int[] Shape, float[] Values)> tensors, string dataType = "F32")
    {
        var header = new Dictionary<string, object> { ["__metadata__"] = new Dictionary<string, string> { ["format"] = "pt" } };
        using var data = new MemoryStream();
        foreach (var (name, shape, values) in tensors)
        {
            var begin = data.Length;
            // Codes of quantised weights are bytes whatever the others are.
            var type = name.EndsWith("_blocks", StringComparison.Ordinal) || name.EndsWith("_scales", StringComparison.Ordinal) ? "U8" : dataType;
            data.Write(Encode(values, type));
            header[name] = new { dtype = type, shape, data_offsets = new[] { begin, data.Length } };
        }
        return Raw(JsonSerializer.Serialize(header), data.ToArray());
    }

    private static byte[] Encode(float[] values, string dataType) => dataType switch
    {
        "U8" => Array.ConvertAll(values, value => (byte)value),
        "F32" => MemoryMarshal.AsBytes(values.AsSpan()).ToArray(),
        "F16" => MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (Half)value).AsSpan()).ToArray(),
        "BF16" => MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)).AsSpan()).ToArray(),
        _ => throw new ArgumentOutOfRangeException(nameof(dataType)),
    };
}

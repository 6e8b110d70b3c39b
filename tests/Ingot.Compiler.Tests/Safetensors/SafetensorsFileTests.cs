using Ingot.Compiler.Safetensors;
using Ingot.Compiler.Tests.Support;
using Ingot.Errors;
using Ingot.Testing;

namespace Ingot.Compiler.Tests.Safetensors;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string WeightsPath => _folder["w.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("F32")]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void Elements_of_each_type_read_back_from_any_place(string dataType)
    {
        float[] values = [.. Enumerable.Range(0, 600_000).Select(i => (i % 128) - 64 + 0.5f)];
        File.WriteAllBytes(WeightsPath, SafetensorsBuilder.Build([("other", [3], [1, 2, 3]), ("t", [1000, 600], values)], dataType));
        using var file = SafetensorsFile.Open(WeightsPath);
        var entry = file.Entries["t"];
        Assert.Equal([1000, 600], entry.Shape);
        var all = new float[values.Length];
        file.Read(entry, 0, all);
        Assert.Equal(values, all);
        var part = new float[777];
        file.Read(entry, 1234, part);
        Assert.Equal(values[1234..2011], part);
    }

    [Theory]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,16]}}""", 8, "cut short")]
    [InlineData("""{"t":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "shape and dtype need 12")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "not a beginning and an end")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", 8, "not a beginning and an end")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "whole number")]
    [InlineData("""{"t":{"dtype":"F32","shape":[9223372036854775807,9],"data_offsets":[0,8]}}""", 8, "overflows")]
    [InlineData("""{"t":{"dtype":"F32","shape":[4611686018427387904,2,2],"data_offsets":[0,8]}}""", 8, "overflows")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "whole number")]
    [InlineData("""{"t":{"dtype":"F32","shape":"2","data_offsets":[0,8]}}""", 8, "shape")]
    [InlineData("""{"t":{"shape":[2],"data_offsets":[0,8]}}""", 8, "no dtype")]
    [InlineData("""{"t":7}""", 0, "not an object")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "belong to no tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 12, "belong to no tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "twice")]
    [InlineData("""[1]""", 0, "not a JSON object")]
    [InlineData("""{"a":""", 0, "not valid JSON")]
    [InlineData("""{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":1}}}}}}}}}""", 0, "not valid JSON")]
    public void A_header_that_lies_is_refused_with_the_file_and_the_lie(string header, int dataBytes, string trouble)
    {
        File.WriteAllBytes(WeightsPath, SafetensorsBuilder.Raw(header, new byte[dataBytes]));
        var error = Assert.Throws<IngotException>(() => SafetensorsFile.Open(WeightsPath));
        Assert.Equal(ErrorCode.ModelInvalid, error.Code);
        Assert.StartsWith("w.safetensors: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(trouble, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("I8")]
    [InlineData("F8_E4M3")]
    [InlineData("NONSENSE")]
    public void An_unread_data_type_is_named(string dataType)
    {
        File.WriteAllBytes(WeightsPath, SafetensorsBuilder.Raw($$$"""{"t":{"dtype":"{{{dataType}}}","shape":[8],"data_offsets":[0,8]}}""", new byte[8]));
        var error = Assert.Throws<IngotException>(() => SafetensorsFile.Open(WeightsPath));
        Assert.Equal(ErrorCode.ModelUnsupported, error.Code);
        Assert.Contains($"tensor 't' has the data type {dataType}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000_001UL, "at most 100000000")]
    [InlineData(ulong.MaxValue, "at most 100000000")]
    [InlineData(5000UL, "cut short")]
    public void A_header_length_beyond_reason_or_the_file_is_refused(ulong claimed, string trouble)
    {
        File.WriteAllBytes(WeightsPath, SafetensorsBuilder.Raw("{}", [], claimed));
        Assert.Contains(trouble, Assert.Throws<IngotException>(() => SafetensorsFile.Open(WeightsPath)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_file_too_short_for_a_header_is_refused(int length)
    {
        File.WriteAllBytes(WeightsPath, new byte[length]);
        Assert.Contains("too few", Assert.Throws<IngotException>(() => SafetensorsFile.Open(WeightsPath)).Message, StringComparison.Ordinal);
    }
}

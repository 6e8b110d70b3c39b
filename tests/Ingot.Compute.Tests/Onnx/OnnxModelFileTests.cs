using System.Runtime.InteropServices;
using Google.Protobuf;
using Ingot.Compute.Onnx;
using Ingot.Errors;
using Ingot.Testing;

namespace Ingot.Compute.Tests.Onnx;

public sealed class OnnxModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Raw_typed_and_external_data_give_the_same_numbers()
    {
        float[] numbers = [1.5f, -2, 3];
        File.WriteAllBytes(_folder["weights.bin"], [9, 9, 9, 9, .. MemoryMarshal.AsBytes(numbers.AsSpan())]);
        var raw = Tensor("raw", OnnxDataType.Float, 3);
        raw.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(numbers.AsSpan()));
        var typed = Tensor("typed", OnnxDataType.Float, 3);
        typed.FloatData.Add(numbers);
        using var file = Read(raw, typed, External("external", [3], "weights.bin", "4", "12"));

        foreach (var name in new[] { "raw", "typed", "external" })
            Assert.Equal(numbers, file.FindInitializer(name)!.ToFloats());
        Assert.Null(file.FindInitializer("other"));
    }

    [Theory]
    [InlineData((int)OnnxDataType.Float16, 0x3E00, 1.5f)]
    [InlineData((int)OnnxDataType.BFloat16, 0x3FC0, 1.5f)]
    public void Half_precision_in_typed_fields_is_read_by_its_bits(int type, int bits, float expected)
    {
        var tensor = Tensor("t", (OnnxDataType)type, 1);
        tensor.Int32Data.Add(bits);
        using var file = Read(tensor);
        Assert.Equal([expected], file.FindInitializer("t")!.ToFloats());
    }

    [Fact]
    public void Integers_of_every_width_are_read_with_their_sign()
    {
        var bytes = Tensor("bytes", OnnxDataType.Int8, 2);
        bytes.Int32Data.Add([-3, 7]);
        var longs = Tensor("longs", OnnxDataType.Int64, 1);
        longs.Int64Data.Add(long.MinValue);
        var unsigned = Tensor("unsigned", OnnxDataType.UInt32, 1);
        unsigned.Uint64Data.Add(uint.MaxValue);
        using var file = Read(bytes, longs, unsigned);
        Assert.Equal([-3, 7], file.FindInitializer("bytes")!.ToIntegers());
        Assert.Equal([long.MinValue], file.FindInitializer("longs")!.ToIntegers());
        Assert.Equal([uint.MaxValue], file.FindInitializer("unsigned")!.ToIntegers());
    }

    [Theory]
    [InlineData("/etc/hostname")]
    [InlineData("../weights.bin")]
    [InlineData("sub/../../weights.bin")]
    [InlineData("sub\\..\\..\\weights.bin")]
    [InlineData("C:\\weights.bin")]
    [InlineData("\\\\server\\share\\weights.bin")]
    [InlineData("weights.bin:stream")]
    [InlineData("")]
    [InlineData("a\0b")]
    public void An_external_name_that_is_not_a_plain_relative_path_is_refused(string location) =>
        AssertInvalid(External("w", [3], location), "plain relative path", "'w'", "model.onnx");

    [Fact]
    public void A_link_out_of_the_folder_is_refused_even_in_the_middle_of_the_path()
    {
        using var outside = new TemporaryFolder();
        File.WriteAllBytes(outside["weights.bin"], new byte[12]);
        File.CreateSymbolicLink(_folder["direct.bin"], outside["weights.bin"]);
        Directory.CreateSymbolicLink(_folder["sub"], outside.Path);
        Directory.CreateSymbolicLink(_folder["up"], "..");
        var name = Path.GetFileName(outside.Path);

        AssertInvalid(External("w", [3], "direct.bin"), "leads out of the model folder");
        AssertInvalid(External("w", [3], "sub/weights.bin"), "leads out of the model folder");
        AssertInvalid(External("w", [3], $"up/{name}/weights.bin"), "leads out of the model folder");
    }

    [Fact]
    public void A_link_that_stays_inside_the_folder_is_followed()
    {
        File.WriteAllBytes(_folder["weights.bin"], new byte[12]);
        Directory.CreateDirectory(_folder["deep"]);
        File.CreateSymbolicLink(_folder["deep/link.bin"], "../weights.bin");
        using var file = Read(External("w", [3], "deep/link.bin"));
        Assert.Equal([0f, 0f, 0f], file.FindInitializer("w")!.ToFloats());
    }

    [Fact]
    public void A_circle_of_links_is_refused()
    {
        File.CreateSymbolicLink(_folder["a"], "b");
        File.CreateSymbolicLink(_folder["b"], "a");
        AssertInvalid(External("w", [3], "a"), "too many symbolic links");
    }

    [Theory]
    [InlineData(null, null, "bytes 0 to 16 of 'weights.bin', which has 12")]
    [InlineData("4294967296", null, "which has 12")]
    [InlineData("9223372036854775807", null, "offset that is not a size")]
    [InlineData("-4", null, "offset that is not a size")]
    [InlineData("x", null, "offset that is not a size")]
    [InlineData("0", "12", "has 12 bytes where its shape [4] of Float needs 16")]
    public void Bytes_beyond_the_file_are_refused(string? offset, string? length, string expected)
    {
        File.WriteAllBytes(_folder["weights.bin"], new byte[12]);
        AssertInvalid(External("w", [4], "weights.bin", offset, length), expected);
    }

    [Fact]
    public void A_missing_or_empty_external_file_is_named()
    {
        File.WriteAllBytes(_folder["empty.bin"], []);
        AssertInvalid(External("w", [4], "empty.bin"), "'empty.bin', which is empty");
        AssertInvalid(External("w", [4], "missing.bin"), "'missing.bin', which does not exist");
        var unnamed = External("w", [4], "x");
        unnamed.ExternalData.Clear();
        AssertInvalid(unnamed, "does not name it");
    }

    [Theory]
    [InlineData(new long[] { -1, 4 }, "negative dimension")]
    [InlineData(new long[] { long.MaxValue, 4 }, "too large")]
    [InlineData(new long[] { 1L << 32, 1L << 32 }, "too large")]
    [InlineData(new long[] { long.MaxValue / 2 }, "too large")]
    [InlineData(new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, "17 dimensions")]
    [InlineData(new long[] { 1L << 40 }, "needs 4398046511104")]
    [InlineData(new long[] { 3 }, "has 8 bytes where its shape [3] of Float needs 12")]
    public void Shapes_that_do_not_fit_are_refused(long[] dims, string expected)
    {
        var tensor = Tensor("w", OnnxDataType.Float, dims);
        tensor.RawData = ByteString.CopyFrom(new byte[8]);
        AssertInvalid(tensor, expected);
    }

    [Fact]
    public void Typed_data_of_the_wrong_count_and_unknown_types_are_refused()
    {
        var few = Tensor("w", OnnxDataType.Float, 3);
        few.FloatData.Add([1, 2]);
        AssertInvalid(few, "has 2 elements where its shape [3] needs 3");

        using var file = Read(Tensor("w", (OnnxDataType)17, 3), Tensor("s", OnnxDataType.String, 1));
        Assert.Equal(ErrorCode.ModelUnsupported, Assert.Throws<IngotException>(() => file.FindInitializer("w")).Code);
        Assert.Contains("String", Assert.Throws<IngotException>(() => file.FindInitializer("s")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_not_models_are_refused()
    {
        File.WriteAllBytes(_folder["model.onnx"], [0x3A, 0x05, 1]);
        AssertFileInvalid("damaged or not an ONNX model");
        File.WriteAllBytes(_folder["model.onnx"], []);
        AssertFileInvalid("has 0 bytes");
        File.WriteAllBytes(_folder["model.onnx"], new ModelProto { IrVersion = 10 }.ToByteArray());
        AssertFileInvalid("has no graph");
        File.Delete(_folder["model.onnx"]);
        AssertFileInvalid("does not exist");

        var twice = new ModelProto { Graph = new GraphProto { Initializer = { Tensor("w", OnnxDataType.Float), Tensor("w", OnnxDataType.Float) } } };
        File.WriteAllBytes(_folder["model.onnx"], twice.ToByteArray());
        AssertFileInvalid("two initializers named 'w'");
    }

    [Fact]
    public void A_truncated_file_and_one_nested_without_end_are_refused()
    {
        var tensor = Tensor("w", OnnxDataType.Float, 64);
        tensor.RawData = ByteString.CopyFrom(new byte[256]);
        var whole = Model(tensor).ToByteArray();
        File.WriteAllBytes(_folder["model.onnx"], whole[..(whole.Length / 2)]);
        AssertFileInvalid("damaged");

        var graph = new GraphProto();
        for (var i = 0; i < 100; i++)
            graph = new GraphProto { Node = { new NodeProto { Attribute = { new AttributeProto { G = graph } } } } };
        File.WriteAllBytes(_folder["model.onnx"], new ModelProto { Graph = graph }.ToByteArray());
        AssertFileInvalid("damaged");
    }

    private static TensorProto Tensor(string name, OnnxDataType type, params long[] dims) =>
        new() { Name = name, DataType = (int)type, Dims = { dims } };

    private static TensorProto External(string name, long[] dims, string location, string? offset = null, string? length = null)
    {
        var tensor = Tensor(name, OnnxDataType.Float, dims);
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        if (offset is not null)
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset });
        if (length is not null)
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = length });
        return tensor;
    }

    private static ModelProto Model(params TensorProto[] tensors) =>
        new() { IrVersion = 10, Graph = new GraphProto { Initializer = { tensors } } };

    private OnnxModelFile Read(params TensorProto[] tensors)
    {
        File.WriteAllBytes(_folder["model.onnx"], Model(tensors).ToByteArray());
        return OnnxModelFile.Read(_folder["model.onnx"], _folder.Path);
    }

    private void AssertInvalid(TensorProto tensor, params string[] expected)
    {
        using var file = Read(tensor);
        var error = Assert.Throws<IngotException>(() => file.FindInitializer(tensor.Name));
        Assert.Equal(ErrorCode.ModelInvalid, error.Code);
        Assert.All(expected, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    private void AssertFileInvalid(string expected)
    {
        var error = Assert.Throws<IngotException>(() => OnnxModelFile.Read(_folder["model.onnx"], _folder.Path));
        Assert.Equal(ErrorCode.ModelInvalid, error.Code);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("model.onnx", error.Message, StringComparison.Ordinal);
    }
}

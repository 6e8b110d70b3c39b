using Google.Protobuf;
using Ingot.Compute.Onnx;

namespace Ingot.Testing.OnnxModels;

/// <summary>Moves what a test model holds into a file beside its graph, as exports of any size have it.</summary>
public static class ExternalWeights
{
    /// <summary>The file's name.</summary>
    public const string FileName = "model.onnx.data";

    /// <summary>Writes <c>model.onnx</c> of a folder again, with all its initializers' bytes in <see cref="FileName"/>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="backwards">Whether the last one's bytes come first in the file.</param>
    public static void Move(string folder, bool backwards)
    {
        var path = Path.Combine(folder, "model.onnx");
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        using var data = new MemoryStream();
        foreach (var tensor in backwards ? model.Graph.Initializer.Reverse() : model.Graph.Initializer)
        {
            if (tensor.RawData.Length == 0)
                continue;
            // On no boundary, as nothing in the format asks for one.
            data.WriteByte(0xFF);
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = FileName });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{data.Position}" });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{tensor.RawData.Length}" });
            tensor.RawData.WriteTo(data);
            tensor.RawData = ByteString.Empty;
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
        }

        File.WriteAllBytes(path, model.ToByteArray());
        File.WriteAllBytes(Path.Combine(folder, FileName), data.ToArray());
    }

    /// <summary>Shortens the file in its place, as no tool should.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="length">Bytes that are left.</param>
    public static void Shorten(string folder, long length)
    {
        using var data = new FileStream(Path.Combine(folder, FileName), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        data.SetLength(length);
    }
}

using Ingot.Compute.Execution;
using Ingot.Compute.Execution.Encoders;
using Ingot.Compute.Execution.Graph;
using Ingot.Errors;

namespace Ingot.Compute.Onnx.Inspection;

/// <summary>What a decoder's graph says of its keys and values.</summary>
/// <param name="SharesPast">Whether every layer's present may lie in the memory of its past (attention by <c>GroupQueryAttention</c>).</param>
public sealed record DecoderFacts(bool SharesPast);

/// <summary>
/// Reads a graph that others are to run, and refuses what they might not survive: data that is not there or outside the model's folder,
/// shapes beyond any memory, cycles, nodes without end. Loads no weights.
/// </summary>
public static class GraphInspection
{
    private const string Microsoft = "com.microsoft";

    /// <summary>Checks a graph with everything it names.</summary>
    /// <param name="onnxPath">The graph's file.</param>
    /// <param name="modelFolder">The folder that it and its external data must be inside.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ModelInvalid"/> or <see cref="ErrorCode.ModelUnsupported"/>, naming what is wrong.</exception>
    public static void Check(string onnxPath, string modelFolder)
    {
        using var file = Read(onnxPath, modelFolder);
    }

    /// <summary>Checks a decoder's graph, and says how it keeps keys and values.</summary>
    /// <param name="description">Where it is, and what its inputs and outputs are called.</param>
    /// <exception cref="IngotException">As <see cref="Check"/>.</exception>
    public static DecoderFacts CheckDecoder(DecoderDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        using var file = Read(description.OnnxPath, description.ModelFolder);
        var present = file.Graph.Node
            .Where(node => node is { OpType: "GroupQueryAttention", Domain: Microsoft, Input.Count: > 4, Output.Count: > 2 })
            .SelectMany(node => new[] { (node.Output[1], node.Input[3]), (node.Output[2], node.Input[4]) })
            .ToHashSet();
        var shares = Enumerable.Range(0, description.LayerCount).All(layer =>
            present.Contains((DecoderNames.OfLayer(description.PresentKey, layer), DecoderNames.OfLayer(description.PastKey, layer)))
            && present.Contains((DecoderNames.OfLayer(description.PresentValue, layer), DecoderNames.OfLayer(description.PastValue, layer))));
        return new DecoderFacts(shares);
    }

    /// <summary>Tells why Ingot's own executor would not run a graph. Loads no weights.</summary>
    /// <param name="decoder">A decoder's graph.</param>
    /// <returns>One sentence; null when it would.</returns>
    public static string? OwnRefusal(DecoderDescription decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        try
        {
            using var file = OnnxModelFile.Read(decoder.OnnxPath, decoder.ModelFolder);
            using var weights = new WeightSlots();
            GraphCompiler.Compile(file, decoder, weights);
            return null;
        }
        catch (IngotException refusal)
        {
            return refusal.Message;
        }
        catch (OverflowException)
        {
            return "It describes sizes that overflow.";
        }
    }

    /// <summary>Tells why Ingot's own executor would not run a graph. Loads no weights.</summary>
    /// <param name="encoder">An encoder's graph.</param>
    /// <returns>One sentence; null when it would.</returns>
    public static string? OwnRefusal(EncoderDescription encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return encoder.Pooled is null ? OwnRefusal(encoder.ToGraph()) : "It pools by itself.";
    }

    private static OnnxModelFile Read(string onnxPath, string modelFolder)
    {
        var file = OnnxModelFile.Read(onnxPath, modelFolder);
        try
        {
            var graphs = new GraphWalk(file, Path.GetDirectoryName(Path.GetFullPath(onnxPath)) ?? modelFolder, modelFolder);
            graphs.CheckAll();
            return file;
        }
        catch (OverflowException exception)
        {
            file.Dispose();
            throw new IngotException(ErrorCode.ModelInvalid, $"The model file '{file.FileName}' describes sizes that overflow.", inner: exception);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}

using Ingot.Compute.Execution;
using Ingot.Compute.Execution.Encoders;
using Ingot.Compute.Execution.Graph;
using Ingot.Errors;

namespace Ingot.Compute.Onnx.Inspection;

/// <summary>What a graph that was checked is like.</summary>
/// <param name="HasBFloat16">Whether weights or inputs are bfloat16.</param>
/// <param name="HasUntoldConstants">Whether it computes of constants what may be of any size: that is better done by each run than by the load.</param>
/// <param name="SharesPast">Of a decoder, whether every layer's present may lie in the memory of its past (attention by <c>GroupQueryAttention</c>).</param>
/// <param name="LongestChoice">Of a decoder that chooses by the length of the sequence (among rotary tables), the longest that takes the first of them; null where it does not.</param>
public sealed record GraphFacts(bool HasBFloat16, bool HasUntoldConstants, bool SharesPast, long? LongestChoice = null);

/// <summary>
/// Reads a graph that others are to run, and refuses what they might not survive: data that is not there or outside the model's folder,
/// shapes beyond any memory, cycles, nodes without end. Loads no weights.
/// </summary>
public static class GraphInspection
{
    private const string Microsoft = "com.microsoft";

    // Masks and tables of positions that are computed while a graph is loaded are smaller.
    private const long UsualConstantBytes = 1L << 30;

    /// <summary>Checks a graph with everything it names.</summary>
    /// <param name="onnxPath">The graph's file.</param>
    /// <param name="modelFolder">The folder that it and its external data must be inside.</param>
    /// <param name="freeBytes">Memory there is: what the graph computes while it is loaded may take half of it, and no more than goes with its weights.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ModelInvalid"/> or <see cref="ErrorCode.ModelUnsupported"/>, naming what is wrong.</exception>
    public static GraphFacts Check(string onnxPath, string modelFolder, long freeBytes)
    {
        var (file, facts) = Read(onnxPath, modelFolder, freeBytes);
        file.Dispose();
        return facts;
    }

    /// <summary>Checks a decoder's graph, and says how it keeps keys and values.</summary>
    /// <param name="description">Where it is, and what its inputs and outputs are called.</param>
    /// <param name="freeBytes">As in <see cref="Check"/>.</param>
    /// <exception cref="IngotException">As <see cref="Check"/>.</exception>
    public static GraphFacts CheckDecoder(DecoderDescription description, long freeBytes)
    {
        ArgumentNullException.ThrowIfNull(description);
        var (file, facts) = Read(description.OnnxPath, description.ModelFolder, freeBytes);
        using var read = file;
        var present = file.Graph.Node
            .Where(node => node is { OpType: "GroupQueryAttention", Domain: Microsoft, Input.Count: > 4, Output.Count: > 2 })
            .SelectMany(node => new[] { (node.Output[1], node.Input[3]), (node.Output[2], node.Input[4]) })
            .ToHashSet();
        var shares = Enumerable.Range(0, description.LayerCount).All(layer =>
            present.Contains((DecoderNames.OfLayer(description.PresentKey, layer), DecoderNames.OfLayer(description.PastKey, layer)))
            && present.Contains((DecoderNames.OfLayer(description.PresentValue, layer), DecoderNames.OfLayer(description.PastValue, layer))));
        return facts with { SharesPast = shares, LongestChoice = LongestChoice(file) };
    }

    // As model builders draw it: Greater(length, constant), and an If on that.
    private static long? LongestChoice(OnnxModelFile file)
    {
        var conditions = file.Graph.Node.Where(node => node is { OpType: "If", Input.Count: > 0 }).Select(node => node.Input[0]).ToHashSet();
        var limits = file.Graph.Node
            .Where(node => node is { OpType: "Greater", Input.Count: 2, Output.Count: 1 } && conditions.Contains(node.Output[0]))
            .Select(node => file.FindInitializer(node.Input[1]))
            .Where(limit => limit is { Count: 1 } && !OnnxDataTypes.IsFloat(limit.DataType))
            .Select(limit => limit!.ToIntegers()[0]);
        return limits.Select(limit => (long?)limit).Min();
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

    /// <summary>Whether weights or inputs of a graph are bfloat16. Loads no weights.</summary>
    /// <param name="onnxPath">The graph's file.</param>
    /// <param name="modelFolder">The folder that it must be inside.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ModelInvalid"/>: it cannot be read.</exception>
    public static bool HasBFloat16(string onnxPath, string modelFolder)
    {
        using var file = OnnxModelFile.Read(onnxPath, modelFolder);
        return HasBFloat16(file.Graph);
    }

    private static (OnnxModelFile File, GraphFacts Facts) Read(string onnxPath, string modelFolder, long freeBytes)
    {
        var file = OnnxModelFile.Read(onnxPath, modelFolder);
        try
        {
            var weights = WeightBytes(file.Graph);
            var constants = new ConstantBudget((long)Int128.Min(freeBytes / 2, Int128.Max(UsualConstantBytes, 4 * weights)));
            var graphs = new GraphWalk(file, Path.GetDirectoryName(Path.GetFullPath(onnxPath)) ?? modelFolder, modelFolder, constants);
            graphs.CheckAll();
            return (file, new GraphFacts(HasBFloat16(file.Graph), constants.IsUntold, SharesPast: false));
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

    private static bool HasBFloat16(GraphProto graph) =>
        graph.Initializer.Any(tensor => (OnnxDataType)tensor.DataType is OnnxDataType.BFloat16)
        || graph.Input.Any(input => input.Type?.TensorType is { } type && (OnnxDataType)type.ElemType is OnnxDataType.BFloat16);

    private static Int128 WeightBytes(GraphProto graph) => graph.Initializer.Aggregate((Int128)0, (sum, tensor) =>
        sum + ((Int128)Constant.Product([.. tensor.Dims]) * OnnxDataTypes.BitsOf((OnnxDataType)tensor.DataType) / 8));
}

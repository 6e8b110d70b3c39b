using Ingot.Errors;

namespace Ingot.Compute.Onnx.Inspection;

/// <summary>How many nodes an operator that the file defines itself stands for, all those it calls put in its place.</summary>
internal sealed class FunctionSizes(OnnxModelFile file, long most)
{
    private const int MostDepth = 64;

    private readonly Dictionary<(string, string), FunctionProto> _functions = [];
    private readonly Dictionary<(string, string), long> _sizes = [];

    /// <exception cref="IngotException">ModelInvalid: an operator is defined by itself, or twice. ModelUnsupported: it stands for too much.</exception>
    public void Check()
    {
        foreach (var function in file.Functions)
        {
            if (!_functions.TryAdd((function.Domain, function.Name), function))
                throw new IngotException(ErrorCode.ModelInvalid, $"The model file '{file.FileName}' defines the function '{ContainedPath.Printable(function.Name)}' twice.");
        }

        foreach (var function in file.Functions)
            Size(function, []);
    }

    public long SizeOf(NodeProto node) => _sizes.GetValueOrDefault((node.Domain, node.OpType), 1);

    private long Size(FunctionProto function, HashSet<(string, string)> open)
    {
        var key = (function.Domain, function.Name);
        if (_sizes.TryGetValue(key, out var known))
            return known;
        if (open.Count == MostDepth || !open.Add(key))
            throw new IngotException(ErrorCode.ModelInvalid, $"The model file '{file.FileName}' defines the function '{ContainedPath.Printable(function.Name)}' by itself, or through too many others.");
        var size = 0L;
        foreach (var node in function.Node)
        {
            size += _functions.TryGetValue((node.Domain, node.OpType), out var called) ? Size(called, open) : 1;
            if (size > most)
                throw new IngotException(ErrorCode.ModelUnsupported, $"The model file '{file.FileName}' has functions that stand for more than {most} nodes.");
        }

        open.Remove(key);
        return _sizes[key] = size;
    }
}

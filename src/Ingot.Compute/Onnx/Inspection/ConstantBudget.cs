using Ingot.Errors;

namespace Ingot.Compute.Onnx.Inspection;

/// <summary>How much memory the constants that a model computes while it is loaded may take together.</summary>
/// <param name="mostBytes">So much.</param>
internal sealed class ConstantBudget(long mostBytes)
{
    private Int128 _bytes;

    /// <summary>Whether the size of some constant cannot be told from the graph.</summary>
    public bool IsUntold { get; private set; }

    /// <exception cref="IngotException">ModelInvalid: that is too much.</exception>
    public void Take(Int128 bytes, NodeProto node, string fileName)
    {
        _bytes += bytes;
        if (_bytes > mostBytes)
            throw TooLarge(node, fileName, $"; what the graph computes of constants may take {mostBytes} bytes together");
    }

    public void Untold() => IsUntold = true;

    public static IngotException TooLarge(NodeProto node, string fileName, string limit = "") => new(ErrorCode.ModelInvalid,
        $"The {ContainedPath.Printable(node.OpType)} node '{ContainedPath.Printable(node.Name)}' of {fileName} makes a tensor of too many elements{limit}.");
}

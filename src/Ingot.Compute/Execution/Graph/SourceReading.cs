using Ingot.Compute.Memory;
using Ingot.Compute.Onnx;

namespace Ingot.Compute.Execution.Graph;

/// <summary>
/// Keeps the disk ahead of packing and the file's pages out of memory behind it: what was packed is let go at once, so that a model
/// needs little more than its own size while it is loaded, too.
/// </summary>
/// <param name="sources">The tensors of each piece, in the order in which pieces are packed.</param>
internal sealed unsafe class SourceReading(IReadOnlyList<IEnumerable<OnnxTensor>> sources)
{
    // Far enough ahead that the disk never waits, near enough that little of a model larger than memory is read in vain.
    private const long Ahead = 256L << 20;

    private int _packed;
    private int _expected;
    private long _bytesAhead;

    /// <summary>Before the next piece is packed.</summary>
    public void Begin()
    {
        for (; _expected < sources.Count && (_bytesAhead < Ahead || _expected <= _packed); _expected++)
        {
            foreach (var tensor in sources[_expected].Where(tensor => tensor.IsMapped))
                MappedPages.Expect(tensor.Data, tensor.ByteLength);
            _bytesAhead += Bytes(_expected);
        }
    }

    /// <summary>After it was packed.</summary>
    public void End()
    {
        _bytesAhead -= Bytes(_packed);
        Leave(sources[_packed++]);
    }

    /// <summary>Lets go of tensors that have been read.</summary>
    public static void Leave(IEnumerable<OnnxTensor> tensors)
    {
        foreach (var tensor in tensors.Where(tensor => tensor.IsMapped))
            MappedPages.Leave(tensor.Data, tensor.ByteLength);
    }

    private long Bytes(int piece) => sources[piece].Sum(tensor => tensor.ByteLength);
}

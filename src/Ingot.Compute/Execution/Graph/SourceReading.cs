using Ingot.Compute.Memory;
using Ingot.Compute.Onnx;

namespace Ingot.Compute.Execution.Graph;

/// <summary>Keeps the disk ahead of packing.</summary>
/// <param name="tensors">What is read, in the order in which it is packed.</param>
internal sealed unsafe class SourceReading(IReadOnlyList<OnnxTensor> tensors)
{
    // Far enough ahead that the disk never waits, near enough that little of a model larger than memory is read in vain.
    private const long Ahead = 256L << 20;

    private int _expected;
    private long _bytesExpected;

    /// <summary>Asks for what will be read next; by one thread at a time.</summary>
    /// <param name="bytesRead">Bytes that have been read so far.</param>
    public void Expect(long bytesRead)
    {
        for (; _expected < tensors.Count && _bytesExpected < bytesRead + Ahead; _expected++)
        {
            var tensor = tensors[_expected];
            if (tensor.IsMapped)
                MappedPages.Expect(tensor.Data, tensor.ByteLength);
            _bytesExpected += tensor.ByteLength;
        }
    }
}

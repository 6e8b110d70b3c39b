using Ingot.Engine.KvCache;
using Ingot.OnnxRuntime;

namespace Ingot.Engine.Sessions;

/// <summary>How many sequences' keys and values are kept, and how long a sequence may be.</summary>
/// <param name="Slots">Sequences, at least 1.</param>
/// <param name="Length">Tokens of each, at least 1.</param>
/// <param name="Heads">Key-value heads.</param>
/// <param name="HeadSize">Elements of a head.</param>
/// <param name="ElementBytes">Bytes of an element.</param>
internal sealed record SlotShape(int Slots, int Length, int Heads, int HeadSize, int ElementBytes)
{
    /// <summary>Bytes of one head of one slot, in one layer's keys or values.</summary>
    public long BytesPerHead => (long)Length * HeadSize * ElementBytes;

    /// <summary>Bytes of one slot, in one layer's keys or values.</summary>
    public long BytesPerSlot => Heads * BytesPerHead;

    /// <summary>Fits slots into what memory there is: full contexts, as many as sequences run together; where not even one fits, a shorter one.</summary>
    /// <param name="options">Sequences, and the bytes if someone has said.</param>
    /// <param name="context">Tokens of a full context.</param>
    /// <param name="bytesPerToken">Bytes of a token over all layers.</param>
    /// <param name="freeBytes">Memory free now, the model already in it.</param>
    /// <returns>Slots and tokens of each.</returns>
    public static (int Slots, int Length) Fit(EngineOptions options, int context, long bytesPerToken, long freeBytes)
    {
        // In blocks of one token the budget is a number of tokens.
        int tokens = KvBudget.BlockCount(options, context, 1, bytesPerToken, freeBytes);
        return tokens < context ? (1, tokens) : (Math.Min(options.MaxSequences, tokens / context), context);
    }
}

/// <summary>Buffers of equal length, all or none.</summary>
internal static class OrtBuffers
{
    public static OrtBuffer[] Claim(int count, long byteLength)
    {
        List<OrtBuffer> claimed = [];
        try
        {
            for (int i = 0; i < count; i++)
                claimed.Add(new OrtBuffer(byteLength));
            return [.. claimed];
        }
        catch
        {
            claimed.ForEach(buffer => buffer.Dispose());
            throw;
        }
    }
}

using Ingot.Errors;

namespace Ingot.Engine.KvCache;

/// <summary>How large the key-value cache is to be.</summary>
internal static class KvBudget
{
    /// <summary>Blocks to claim, at least 1 and never more than all sequences could use.</summary>
    /// <param name="options">Sequences, and the bytes if someone has said.</param>
    /// <param name="contextLength">Tokens of one full context.</param>
    /// <param name="blockSize">Tokens in a block.</param>
    /// <param name="blockBytes">Bytes of a block over all layers.</param>
    /// <param name="freeBytes">Memory free now, the model already in it.</param>
    /// <exception cref="IngotException">InsufficientMemory: not even one block.</exception>
    public static int BlockCount(EngineOptions options, int contextLength, int blockSize, long blockBytes, long freeBytes)
    {
        long contextBlocks = (contextLength + (long)blockSize - 1) / blockSize;
        long useful = Math.Min(contextBlocks * options.MaxSequences, int.MaxValue / blockSize);
        // Many short requests or one long one: a long one may squeeze the machine more than many would.
        long bytes = options.KvCacheBytes ?? Math.Max(freeBytes / 4, Math.Min(contextBlocks * blockBytes, freeBytes / 2));
        long count = Math.Min(useful, bytes / blockBytes);
        if (count < 1)
            throw new IngotException(ErrorCode.InsufficientMemory, $"{bytes} bytes are too few for the key-value cache: one block of {blockSize} tokens takes {blockBytes}.");
        return (int)count;
    }
}

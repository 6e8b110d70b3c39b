namespace Ingot.Engine.KvCache;

/// <summary>What a block holds is to be copied before the next step writes.</summary>
/// <param name="From">The block to read.</param>
/// <param name="To">The block to overwrite.</param>
internal readonly record struct BlockCopy(int From, int To);

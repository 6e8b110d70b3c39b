using Ingot.Engine.KvCache;

namespace Ingot.Engine.Scheduling;

/// <summary>
/// Ranges of lengths between which a model turns its keys by other tables. What was computed of a sequence in one range is of no use in the next,
/// so a sequence that grows beyond its range is computed once more from its beginning, and the ranges share no blocks of the cache.
/// </summary>
/// <param name="limits">The last length of each range but the last, ascending; empty where there is one for all.</param>
internal sealed class LengthRanges(IReadOnlyList<int> limits)
{
    private readonly PrefixScope _everybody = PrefixScope.Of(null, limits.Count + 1);

    /// <summary>One range for all lengths.</summary>
    public static LengthRanges One { get; } = new([]);

    /// <summary>The longest a sequence of this length may become in its range.</summary>
    public int LongestWith(int length) => IndexOf(length) is var index && index < limits.Count ? limits[index] : int.MaxValue;

    /// <summary>The scope of this name; null for the one of all that have none.</summary>
    public PrefixScope ScopeOf(string? name) => name is null ? _everybody : PrefixScope.Of(name, limits.Count + 1);

    /// <summary>A scope of its own.</summary>
    public PrefixScope ScopeApart() => PrefixScope.Apart(limits.Count + 1);

    /// <summary>Which range this length is in.</summary>
    public int IndexOf(int length)
    {
        int index = 0;
        while (index < limits.Count && length > limits[index])
            index++;
        return index;
    }
}

namespace Ingot.Engine.KvCache;

/// <summary>
/// Who finds whose blocks: sequences of equal scopes each other's, of different ones never. What they begin with differs, and a block is found by
/// all that is before it.
/// </summary>
internal sealed class PrefixScope
{
    private readonly PrefixBlock?[] _beginnings;

    private PrefixScope(string? name, PrefixBlock?[] beginnings) => (Name, _beginnings) = (name, beginnings);

    /// <summary>What scopes are told apart by; null for all without one, and for one that is nobody else's.</summary>
    public string? Name { get; }

    /// <summary>The scope of this name. Scopes of one name are equal, whenever they were made; nobody has to keep them.</summary>
    /// <param name="name">The name; null for the one of all that have none.</param>
    /// <param name="ranges">How many ranges of lengths there are, whose blocks are strangers too.</param>
    public static PrefixScope Of(string? name, int ranges) =>
        new(name, [.. Enumerable.Range(0, ranges).Select(range => name is null && range == 0 ? null : PrefixBlock.BeginningOf(name, range))]);

    /// <summary>A scope that is equal to itself alone.</summary>
    /// <param name="ranges">How many ranges of lengths there are.</param>
    public static PrefixScope Apart(int ranges) => new(null, [.. Enumerable.Range(0, ranges).Select(_ => PrefixBlock.Beginning())]);

    /// <summary>What the known blocks of a range of lengths begin with; null for nothing.</summary>
    public PrefixBlock? BeginningOf(int range) => _beginnings[range];
}

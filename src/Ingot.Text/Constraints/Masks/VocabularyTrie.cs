namespace Ingot.Text.Constraints.Masks;

/// <summary>A place in the trie: the byte that leads to it, and the token that ends there.</summary>
/// <param name="Token">The lowest token with exactly these bytes; -1 when none.</param>
/// <param name="End">The index just past everything below this place.</param>
/// <param name="Depth">Bytes from the root; the root's children have 1.</param>
/// <param name="Value">The byte.</param>
/// <param name="HasTwins">Whether other tokens have the same bytes.</param>
internal readonly record struct TrieNode(int Token, int End, ushort Depth, byte Value, bool HasTwins);

/// <summary>
/// Tokens by their bytes, as one array in depth-first order: what lies below a place follows it, and a walk that has no use
/// for it jumps to its end. Immutable.
/// </summary>
internal sealed class VocabularyTrie
{
    /// <summary>Tokens of more bytes are not taken up.</summary>
    public const int MaxDepth = 1024;

    private readonly TrieNode[] _nodes;

    /// <param name="members">The entries to take up: with different bytes each, none empty, ascending by bytes.</param>
    /// <param name="entries">The bytes of each entry.</param>
    /// <param name="owners">The token each entry stands for.</param>
    /// <param name="hasTwins">Whether other tokens have the same bytes, by token.</param>
    public VocabularyTrie(List<int> members, List<ReadOnlyMemory<byte>> entries, List<int> owners, Predicate<int> hasTwins)
    {
        List<TrieNode> nodes = [];
        List<int> path = [];
        ReadOnlyMemory<byte> previous = default;
        foreach (var member in members)
        {
            var current = entries[member];
            var shared = previous.Span.CommonPrefixLength(current.Span);
            Close(nodes, path, shared);
            for (var depth = shared; depth < current.Length; depth++)
            {
                path.Add(nodes.Count);
                var token = depth + 1 == current.Length ? owners[member] : -1;
                nodes.Add(new TrieNode(token, 0, (ushort)(depth + 1), current.Span[depth], token >= 0 && hasTwins(token)));
            }
            previous = current;
        }
        Close(nodes, path, 0);
        _nodes = [.. nodes];
        Depth = _nodes.Length == 0 ? 0 : _nodes.Max(node => (int)node.Depth);
    }

    public ReadOnlySpan<TrieNode> Nodes => _nodes;

    /// <summary>Bytes of the longest token.</summary>
    public int Depth { get; }

    /// <summary>The place some bytes lead to; null when no token begins with them.</summary>
    public int? Find(ReadOnlySpan<byte> bytes)
    {
        var (at, end) = (0, _nodes.Length);
        for (var depth = 0; depth < bytes.Length; depth++)
        {
            while (at < end && _nodes[at].Value != bytes[depth]) at = _nodes[at].End;
            if (at >= end) return null;
            if (depth == bytes.Length - 1) return at;
            end = _nodes[at].End;
            at++;
        }
        return null;
    }

    /// <summary>The place where the longest token that begins the bytes ends; null when none does.</summary>
    public int? FindLongest(ReadOnlySpan<byte> bytes)
    {
        var (at, end) = (0, _nodes.Length);
        int? found = null;
        for (var depth = 0; depth < bytes.Length; depth++)
        {
            while (at < end && _nodes[at].Value != bytes[depth]) at = _nodes[at].End;
            if (at >= end) break;
            if (_nodes[at].Token >= 0) found = at;
            end = _nodes[at].End;
            at++;
        }
        return found;
    }

    private static void Close(List<TrieNode> nodes, List<int> path, int depth)
    {
        for (var i = path.Count - 1; i >= depth; i--) nodes[path[i]] = nodes[path[i]] with { End = nodes.Count };
        path.RemoveRange(depth, path.Count - depth);
    }
}

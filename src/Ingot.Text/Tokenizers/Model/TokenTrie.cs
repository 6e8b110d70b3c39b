namespace Ingot.Text.Tokenizers.Model;

/// <summary>
/// Tokens by their first characters, to find all that a text begins with in one walk. A hash table from a node and a
/// UTF-16 unit to the next node. Filled once while loading, read-only afterwards.
/// </summary>
internal sealed class TokenTrie
{
    /// <summary>The node of the empty text.</summary>
    public const int Root = 0;

    /// <summary>What there is not: a node or an id.</summary>
    public const int None = -1;

    // Keys come from a file. A multiplier that nobody knows beforehand keeps them from being made to collide.
    private readonly ulong _multiplier = (ulong)Random.Shared.NextInt64() | 1;
    private ulong[] _keys = new ulong[1024];
    private int[] _children = new int[1024];
    private int[] _ids = [None];
    private int _count = 1;

    /// <summary>The node after one more unit, or <see cref="None"/>.</summary>
    public int Next(int node, char unit) => _children[FindSlot(KeyOf(node, unit))] is > 0 and var child ? child : None;

    /// <summary>The node after several units, or <see cref="None"/>.</summary>
    public int Walk(int node, ReadOnlySpan<char> units)
    {
        foreach (var unit in units)
        {
            node = Next(node, unit);
            if (node == None) break;
        }
        return node;
    }

    /// <summary>The id of the token that ends at a node, or <see cref="None"/>.</summary>
    public int IdAt(int node) => _ids[node];

    /// <summary>Adds a token; false when that would make more nodes than are allowed.</summary>
    public bool TryAdd(string token, int id)
    {
        var node = Root;
        foreach (var unit in token)
        {
            var key = KeyOf(node, unit);
            var slot = FindSlot(key);
            if (_children[slot] == 0)
            {
                if (_count == TokenizerLimits.MaxTrieNodes) return false;
                if (_count * 2 >= _keys.Length) slot = Grow(key);
                _keys[slot] = key;
                _children[slot] = AddNode();
            }
            node = _children[slot];
        }
        _ids[node] = id;
        return true;
    }

    private static ulong KeyOf(int node, char unit) => ((ulong)node << 16) | unit;

    private int FindSlot(ulong key)
    {
        var mask = _keys.Length - 1;
        var slot = (int)((key * _multiplier) >> 32) & mask;
        while (_children[slot] != 0 && _keys[slot] != key) slot = (slot + 1) & mask;
        return slot;
    }

    private int AddNode()
    {
        if (_count == _ids.Length) Array.Resize(ref _ids, _ids.Length * 2);
        _ids[_count] = None;
        return _count++;
    }

    private int Grow(ulong key)
    {
        var (keys, children) = (_keys, _children);
        _keys = new ulong[keys.Length * 2];
        _children = new int[keys.Length * 2];
        for (var i = 0; i < keys.Length; i++)
        {
            if (children[i] == 0) continue;
            var slot = FindSlot(keys[i]);
            (_keys[slot], _children[slot]) = (keys[i], children[i]);
        }
        return FindSlot(key);
    }
}

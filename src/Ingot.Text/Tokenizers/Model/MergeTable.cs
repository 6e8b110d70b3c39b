using System.Numerics;

namespace Ingot.Text.Tokenizers.Model;

/// <summary>Which pairs of tokens merge, in which order, into what: an open-addressed table, read-only once filled.</summary>
internal sealed class MergeTable
{
    private const ulong Vacant = ulong.MaxValue;

    private readonly ulong[] _pairs;
    private readonly (int Rank, int Token)[] _merges;
    private readonly int _mask;
    private readonly int _shift;

    /// <summary>Makes an empty table.</summary>
    /// <param name="count">Most merges it will hold.</param>
    public MergeTable(int count)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, checked(count * 2)));
        _pairs = new ulong[size];
        _merges = new (int, int)[size];
        _mask = size - 1;
        _shift = 64 - BitOperations.Log2((uint)size);
        Array.Fill(_pairs, Vacant);
    }

    /// <summary>Sets what a pair becomes; of several, the last holds.</summary>
    public void Set(int left, int right, int rank, int token)
    {
        var pair = Pair(left, right);
        var slot = SlotOf(pair);
        while (_pairs[slot] != Vacant && _pairs[slot] != pair) slot = (slot + 1) & _mask;
        _pairs[slot] = pair;
        _merges[slot] = (rank, token);
    }

    /// <summary>What a pair becomes, and its rank (less is earlier); <see cref="int.MaxValue"/> when it does not merge.</summary>
    public int Find(int left, int right, out int token)
    {
        var pair = Pair(left, right);
        var slot = SlotOf(pair);
        while (_pairs[slot] != Vacant)
        {
            if (_pairs[slot] == pair)
            {
                (var rank, token) = _merges[slot];
                return rank;
            }
            slot = (slot + 1) & _mask;
        }
        token = -1;
        return int.MaxValue;
    }

    private static ulong Pair(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int SlotOf(ulong pair) => (int)((pair * 0x9E3779B97F4A7C15UL) >> _shift) & _mask;
}

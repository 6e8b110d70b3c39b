using System.Numerics;
using Ingot.Text.Constraints.Automata;
using Ingot.Text.Constraints.Compilation;
using Ingot.Text.Constraints.Masks;

namespace Ingot.Text.Constraints.Machine;

/// <summary>
/// A counted item as a machine whose states are worked out, not stored: a state is how often the item was there and how far
/// the next one is, or how far what ends the counting is. Ten thousand characters take no more room than ten. Numbers of
/// states leave out some, so that shifting takes them apart.
/// </summary>
internal sealed class CountedRule
{
    private readonly int[] _item;
    private readonly int[]? _suffix;
    private readonly bool[] _itemEnds;
    private readonly bool[] _suffixEnds;
    private readonly bool[] _suffixSpent;
    private readonly int _classCount;
    private readonly int _shift;
    private readonly int _minimum;
    private readonly int? _maximum;
    private readonly int _top;

    public CountedRule(CountedItem counted, ByteClasses classes)
    {
        (_minimum, _maximum) = (counted.Minimum, counted.Maximum);
        _top = _maximum ?? _minimum;
        _classCount = classes.Count;
        _shift = BitOperations.Log2((uint)Math.Max(1, counted.Item.StateCount - 1)) + 1;
        _item = classes.Table(counted.Item);
        ItemsAreAnyPlain = PlainText.IsWithin(counted.Item);
        _itemEnds = [.. Enumerable.Range(0, counted.Item.StateCount).Select(counted.Item.IsFinal)];
        _suffix = counted.Suffix is null ? null : classes.Table(counted.Suffix);
        var places = Enumerable.Range(0, counted.Suffix?.StateCount ?? 0).ToList();
        _suffixEnds = [.. places.Select(place => counted.Suffix!.IsFinal(place))];
        _suffixSpent = [.. places.Select(place => counted.Suffix!.Edges(place).IsEmpty)];
    }

    /// <summary>How many states there are: a number, not memory.</summary>
    public long StateCount => SuffixBase + _suffixEnds.Length;

    private long SuffixBase => (_top + 1L) << _shift;

    private int PlaceMask => (1 << _shift) - 1;

    public int Step(int state, int byteClass)
    {
        if (state >= SuffixBase)
        {
            var end = _suffix![((state - (int)SuffixBase) * _classCount) + byteClass];
            return end < 0 ? -1 : (int)SuffixBase + end;
        }
        var (count, place) = (state >> _shift, state & PlaceMask);
        if (place > 0 || _maximum is null || count < _maximum)
        {
            var next = _item[(place * _classCount) + byteClass];
            if (next >= 0) return _itemEnds[next] ? Math.Min(count + 1, _top) << _shift : (count << _shift) + next;
        }
        if (place > 0 || count < _minimum || _suffix is null) return -1;
        var first = _suffix[byteClass];
        return first < 0 ? -1 : (int)SuffixBase + first;
    }

    // The start is no end even where nothing is asked for: who calls a rule that may be empty can do without it.
    public bool IsFinal(int state) =>
        state >= SuffixBase ? _suffixEnds[state - (int)SuffixBase]
        : _suffix is null && state > 0 && (state & PlaceMask) == 0 && state >> _shift >= _minimum;

    public bool IsSpent(int state) =>
        state >= SuffixBase ? _suffixSpent[state - (int)SuffixBase] : _suffix is null && state == _maximum << _shift;

    /// <summary>Whether any plain character is an item of its own.</summary>
    public bool ItemsAreAnyPlain { get; }

    /// <summary>How many more items there may be; null when one is half done, or none can follow any more.</summary>
    public int? ItemsLeft(int state) => state < SuffixBase && (state & PlaceMask) == 0 ? (_maximum ?? int.MaxValue) - (state >> _shift) : null;

    /// <summary>
    /// The first state that the next so many items cannot tell from this one: far from both the least and the most there must
    /// and may be, it does not matter how many there were.
    /// </summary>
    public int Representative(int state, int items)
    {
        if (state >= SuffixBase) return state;
        var (count, place) = (state >> _shift, state & PlaceMask);
        if (_maximum - count <= items) return state;
        var least = Math.Max(_minimum, 1);
        if (count >= least) return (least << _shift) + place;
        return _minimum - count > items ? place : state;
    }
}

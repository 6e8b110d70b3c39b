namespace Ingot.Text.Constraints.Machine;

/// <summary>A rule called from a state, and the state it returns to.</summary>
internal readonly record struct RuleCall(int Start, int Rule, int Return);

/// <summary>
/// A compiled grammar: the states of all rules, numbered through. From a state lead bytes and calls of rules. No rule accepts
/// the empty text, and from every state its rule can be ended. Immutable.
/// </summary>
internal sealed class GrammarProgram
{
    private const byte FinalFlag = 1;
    private const byte SpentFlag = 2;
    private const byte CallsFlag = 4;

    private const int NoBytes = -1;
    private const int OneClass = -2;

    private readonly int[] _rows;
    private readonly int[] _table;
    private readonly (int Class, int Target)[] _single;
    private readonly byte[] _flags;
    private readonly RuleCall[][] _calls;
    private readonly (int First, CountedRule Rule)[] _counted;

    public GrammarProgram(ProgramParts parts)
    {
        (Classes, _rows, _table, _single, _flags) = (parts.Classes, parts.Rows, parts.Table, parts.Single, parts.Flags);
        (_calls, _counted, Start, AcceptsEmpty) = (parts.Calls, parts.Counted, parts.Start, parts.AcceptsEmpty);
    }

    public ByteClasses Classes { get; }

    /// <summary>The first state of the rule for a whole text.</summary>
    public int Start { get; }

    public bool AcceptsEmpty { get; }

    /// <summary>Bytes of memory, about.</summary>
    public long Size => (_table.LongLength * 4) + (_rows.LongLength * 30);

    public int Step(int state, int byteClass)
    {
        return state >= _rows.Length ? StepCounted(state, byteClass) : StepListed(state, byteClass);
    }

    /// <summary>As <see cref="Step"/>, from a state that is in no counted rule.</summary>
    public int StepListed(int state, int byteClass)
    {
        var row = _rows[state];
        if (row >= 0) return _table[row + byteClass];
        if (row == NoBytes) return -1;
        var (single, target) = _single[state];
        return single == byteClass ? target : -1;
    }

    /// <summary>Whether the state's rule may end here.</summary>
    public bool IsFinal(int state) =>
        state < _rows.Length ? (_flags[state] & FinalFlag) != 0 : Find(state, out var local).IsFinal(local);

    /// <summary>Whether nothing leads on from here.</summary>
    public bool IsSpent(int state) =>
        state < _rows.Length ? (_flags[state] & SpentFlag) != 0 : Find(state, out var local).IsSpent(local);

    public ReadOnlySpan<RuleCall> Calls(int state) => state < _rows.Length ? _calls[state] : default;

    public bool ReadsBytes(int state) => state < _rows.Length ? _rows[state] != NoBytes : !IsSpent(state);

    /// <summary>Whether a byte is all that can happen here: no end of the rule, no call.</summary>
    public bool IsSimple(int state) =>
        state < _rows.Length ? _flags[state] == 0 : !Find(state, out var local).IsFinal(local);

    /// <summary>Whether bytes lead on from here, and no call does; the rule may end or not.</summary>
    public bool IsPlain(int state) =>
        state < _rows.Length ? (_flags[state] & (SpentFlag | CallsFlag)) == 0 : !Find(state, out var local).IsSpent(local);

    /// <summary>The counted rule a state is in; null for any other.</summary>
    public CountedRule? Counted(int state, out int local)
    {
        local = 0;
        return state < _rows.Length ? null : Find(state, out local);
    }

    public static byte Flags(bool isFinal, bool isSpent, bool hasCalls) =>
        (byte)((isFinal ? FinalFlag : 0) | (isSpent ? SpentFlag : 0) | (hasCalls ? CallsFlag : 0));

    public static int RowOf(bool hasBytes) => hasBytes ? OneClass : NoBytes;

    private int StepCounted(int state, int byteClass)
    {
        var rule = Find(state, out var local);
        var next = rule.Step(local, byteClass);
        return next < 0 ? -1 : state - local + next;
    }

    private CountedRule Find(int state, out int local)
    {
        var (low, high) = (0, _counted.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_counted[middle].First <= state) low = middle;
            else high = middle - 1;
        }
        local = state - _counted[low].First;
        return _counted[low].Rule;
    }
}

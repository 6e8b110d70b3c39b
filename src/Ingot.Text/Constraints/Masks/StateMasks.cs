using System.Collections.Concurrent;
using System.Numerics;
using Ingot.Text.Constraints.Machine;

namespace Ingot.Text.Constraints.Masks;

/// <summary>
/// What the states of a program allow of a vocabulary, worked out when first asked for and shared by all answers under the
/// grammar. Thread-safe.
/// </summary>
internal sealed class StateMasks(ConstraintVocabulary vocabulary, GrammarProgram program, GrammarLimits limits)
{
    // A mask as bits takes as much as this many token ids.
    private const int MaxListed = 1000;

    // Masks kept as bits: 5 MB for a vocabulary of 150,000 tokens.
    private const int MaxKept = 256;
    private const int MaxKnown = 8192;

    // A walk for all answers may cost as much as several tokens of one.
    private readonly GrammarLimits _limits = limits with { MaxTokenWork = Math.Min(limits.MaxTokenWork, int.MaxValue / 8) * 8 };
    private readonly ConcurrentDictionary<int, StateMask> _known = new();
    private int _keptBits;

    /// <summary>What a state allows; null where nobody asked for it yet, or too much is kept already.</summary>
    public StateMask? Find(int state) => _known.GetValueOrDefault(Representative(state));

    public StateMask Of(int state, TrieWalk walk)
    {
        state = Representative(state);
        if (_known.TryGetValue(state, out var known)) return known;
        var mask = Build(state, walk);
        var isKept = mask.Bits is null ? _known.Count < MaxKnown : Interlocked.Increment(ref _keptBits) <= MaxKept;
        if (isKept) _known.TryAdd(state, mask);
        return mask;
    }

    private int Representative(int state) =>
        program.Counted(state, out var local) is { } counted ? state + counted.Representative(local, vocabulary.All.Depth) - local : state;

    private StateMask Build(int state, TrieWalk walk)
    {
        var machine = new PushdownMachine(program, _limits);
        var start = machine.AtBottom(state);
        var slice = vocabulary.SliceFor(start.Readers.Max(reader => RunLength(reader.State)));
        var bits = new ulong[vocabulary.MaskLength];
        slice.Plain.CopyTo(bits, 0);
        List<int> ends = [];
        walk.Mark(machine, slice.Rest, -1, start, bits, ends);
        var count = bits.Sum(word => BitOperations.PopCount(word));
        return count > MaxListed ? new StateMask(bits, [], slice.Rest, [.. ends]) : new StateMask(null, List(bits, count), slice.Rest, [.. ends]);
    }

    private int RunLength(int state) =>
        program.Counted(state, out var local) is { ItemsAreAnyPlain: true } counted ? counted.ItemsLeft(local) ?? 0
        : program.Counted(state, out _) is null ? PlainText.RunLength(program, state)
        : 0;

    private static int[] List(ulong[] bits, int count)
    {
        var tokens = new int[count];
        var next = 0;
        for (var word = 0; word < bits.Length; word++)
        {
            for (var rest = bits[word]; rest != 0; rest &= rest - 1) tokens[next++] = (word << 6) + BitOperations.TrailingZeroCount(rest);
        }
        return tokens;
    }
}

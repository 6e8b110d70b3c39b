using System.Buffers;
using System.Text;
using Ingot.Text.Constraints.Automata;
using Ingot.Text.Constraints.Characters;
using Ingot.Text.Constraints.Machine;

namespace Ingot.Text.Constraints.Masks;

/// <summary>
/// Plain characters are those that mean nothing special inside a string: all but quotes, backslashes and control characters.
/// Most tokens are made of nothing else, and most of a text is read in states that take any of them: there all those tokens
/// are allowed without looking at one.
/// </summary>
internal static class PlainText
{
    /// <summary>More plain characters than this no token is asked for.</summary>
    private const int MaxRun = 64;

    private static readonly ByteAutomaton Plain = BuildPlain();

    /// <summary>How many characters a token has; null when one is not plain, or a part of one.</summary>
    public static int? Count(ReadOnlySpan<byte> token)
    {
        var count = 0;
        for (; !token.IsEmpty; count++)
        {
            if (Rune.DecodeFromUtf8(token, out var rune, out var length) != OperationStatus.Done || !IsPlain(rune.Value)) return null;
            token = token[length..];
        }
        return count;
    }

    /// <summary>How many plain characters, whichever they are, can follow at least; <see cref="int.MaxValue"/> for no limit.</summary>
    public static int RunLength(GrammarProgram program, int state)
    {
        HashSet<int> seen = [state];
        HashSet<int> current = [state];
        for (var length = 0; length < MaxRun; length++)
        {
            HashSet<int> next = [];
            foreach (var from in current)
            {
                if (!Collect(program, from, next)) return length;
            }
            if (next.All(seen.Contains)) return int.MaxValue;
            seen.UnionWith(next);
            current = next;
        }
        return MaxRun;
    }

    /// <summary>Whether an automaton accepts each plain character as a text of its own.</summary>
    public static bool IsWithin(ByteAutomaton automaton)
    {
        HashSet<(int State, int Place)> seen = [(0, 0)];
        var open = new Stack<(int State, int Place)>(seen);
        while (open.TryPop(out var at))
        {
            if (Plain.IsFinal(at.Place))
            {
                if (!automaton.IsFinal(at.State)) return false;
                continue;
            }
            foreach (var edge in Plain.Edges(at.Place))
            {
                for (int value = edge.First; value <= edge.Last; value++)
                {
                    var next = (automaton.Step(at.State, (byte)value), edge.Target);
                    if (next.Item1 < 0) return false;
                    if (seen.Add(next)) open.Push(next);
                }
            }
        }
        return true;
    }

    private static bool IsPlain(int value) => value is >= 0x20 and not ('"' or '\\' or 0x7F);

    /// <summary>Adds the states that one plain character leads to; false when there is one that leads nowhere.</summary>
    private static bool Collect(GrammarProgram program, int state, HashSet<int> found)
    {
        HashSet<(int State, int Place)> seen = [(state, 0)];
        var open = new Stack<(int State, int Place)>(seen);
        while (open.TryPop(out var at))
        {
            if (Plain.IsFinal(at.Place))
            {
                found.Add(at.State);
                continue;
            }
            foreach (var edge in Plain.Edges(at.Place))
            {
                int last = program.Classes.ClassOf[edge.Last];
                for (int byteClass = program.Classes.ClassOf[edge.First]; byteClass <= last; byteClass++)
                {
                    var next = (program.Step(at.State, byteClass), edge.Target);
                    if (next.Item1 < 0) return false;
                    if (seen.Add(next)) open.Push(next);
                }
            }
        }
        return true;
    }

    private static ByteAutomaton BuildPlain()
    {
        List<ByteSet[]> sequences = [];
        Utf8Sequences.Add(sequences, CodePointSet.Of([new(0, 0x1F), new('"', '"'), new('\\', '\\'), new(0x7F, 0x7F)]).Negate());
        return SequenceAutomaton.Build(sequences);
    }
}

using System.Text;
using Ingot.Text.Constraints.Automata;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.Compilation;

/// <summary>Writes lowered nodes into a non-deterministic automaton, one after the other.</summary>
/// <param name="nfa">The automaton.</param>
/// <param name="budget">What it may cost.</param>
/// <param name="calls">The rules it may call; null where no node refers to a rule.</param>
internal sealed class NfaBuilder(Nfa nfa, CompileBudget budget, RuleCalls? calls)
{
    // A repetition of more states than this is counted, or its item called, instead of being written out.
    private const int MaxWrittenOut = 256;

    // And so is one up to this size where the next byte does not tell whether it goes on: counting would be in many states at once.
    private const int MaxUnclear = 4096;

    /// <summary>Adds what a node describes behind a state.</summary>
    /// <returns>The state behind it.</returns>
    public int Append(GrammarNode node, int from)
    {
        budget.Spend(1);
        return node switch
        {
            Literal literal => AppendBytes(Encoding.UTF8.GetBytes(literal.Text), from),
            CompiledNode compiled => AppendAutomaton(compiled.Automaton, from),
            Sequence sequence => AppendSequence(sequence, from),
            Choice choice => AppendChoice(choice, from),
            Repeat repeat => AppendRepeat(repeat, from),
            RuleReference reference => AppendReference(reference, from),
            _ => throw new InvalidOperationException($"A {node.GetType().Name} is lowered before automata are built."),
        };
    }

    private int AddState()
    {
        budget.Spend(1);
        return nfa.AddState();
    }

    private int AppendBytes(byte[] bytes, int from)
    {
        foreach (var value in bytes)
        {
            var next = AddState();
            nfa.AddBytes(from, value, value, next);
            from = next;
        }
        return from;
    }

    private int AppendAutomaton(ByteAutomaton automaton, int from)
    {
        var first = nfa.StateCount;
        for (var state = 0; state <= automaton.StateCount; state++) AddState();
        var end = first + automaton.StateCount;
        nfa.AddFree(from, first);
        for (var state = 0; state < automaton.StateCount; state++)
        {
            foreach (var edge in automaton.Edges(state)) nfa.AddBytes(first + state, edge.First, edge.Last, first + edge.Target);
            if (automaton.IsFinal(state)) nfa.AddFree(first + state, end);
        }
        return end;
    }

    private int AppendSequence(Sequence sequence, int from)
    {
        for (var i = 0; i < sequence.Items.Count; i++)
        {
            if (calls is null || sequence.Items[i] is not Repeat repeat || i + 1 == sequence.Items.Count || AsCounted(repeat) is not { } counted)
            {
                from = Append(sequence.Items[i], from);
            }
            else if (AsSuffix(sequence.Items[i + 1], counted.Item) is { } suffix)
            {
                from = AppendCall(calls.Counted(counted with { Suffix = suffix }), from, isNullable: false);
                i++;
            }
            else
            {
                from = IsUnclear(repeat, sequence.Items[i + 1], counted.Item) ? AppendWritten(repeat, isPart: false, from) : Append(repeat, from);
            }
        }
        return from;
    }

    private int AppendChoice(Choice choice, int from)
    {
        var end = AddState();
        if (choice.Options.Count > 1 && choice.Options.All(option => option is Literal))
        {
            AppendLiterals([.. choice.Options.Select(option => Encoding.UTF8.GetBytes(((Literal)option).Text))], from, end);
            return end;
        }
        foreach (var option in choice.Options)
        {
            // A start of its own: what an option loops back to is not where the others start.
            var start = AddState();
            nfa.AddFree(from, start);
            nfa.AddFree(Append(option, start), end);
        }
        return end;
    }

    /// <summary>Adds texts so that those that begin alike share that: a list of a thousand words needs no sorting out later.</summary>
    private void AppendLiterals(List<byte[]> texts, int from, int end)
    {
        texts.Sort(static (one, other) => one.AsSpan().SequenceCompareTo(other));
        var start = AddState();
        nfa.AddFree(from, start);
        List<int> path = [start];
        byte[] previous = [];
        foreach (var text in texts)
        {
            var shared = previous.AsSpan().CommonPrefixLength(text);
            path.RemoveRange(shared + 1, path.Count - shared - 1);
            foreach (var value in text.AsSpan(shared))
            {
                var next = AddState();
                nfa.AddBytes(path[^1], value, value, next);
                path.Add(next);
            }
            nfa.AddFree(path[^1], end);
            previous = text;
        }
    }

    private int AppendRepeat(Repeat repeat, int from)
    {
        if (repeat.Maximum == 0) return from;
        if (calls is not null && AsCounted(repeat) is { } counted)
            return AppendCall(calls.Counted(counted), from, repeat.Minimum == 0);
        var count = repeat.Maximum ?? repeat.Minimum + 1;
        var item = repeat.Item;
        return AppendWritten(repeat, calls is not null && count > 8 && item is not RuleReference && (long)calls.Facts.Weigh(item) * count > MaxWrittenOut, from);
    }

    private int AppendWritten(Repeat repeat, bool isPart, int from)
    {
        var (item, count) = (repeat.Item, repeat.Maximum ?? repeat.Minimum + 1);
        var end = AddState();
        for (var i = 0; i < count; i++)
        {
            if (i >= repeat.Minimum) nfa.AddFree(from, end);
            var start = AddState();
            nfa.AddFree(from, start);
            from = isPart ? AppendPart(item, start) : Append(item, start);
            if (repeat.Maximum is null && i == count - 1) nfa.AddFree(from, start);
        }
        nfa.AddFree(from, end);
        return end;
    }

    private CountedItem? AsCounted(Repeat repeat)
    {
        var count = repeat.Maximum ?? repeat.Minimum;
        if (count <= 1 || (long)calls!.Facts.Weigh(repeat.Item) * count <= MaxWrittenOut) return null;
        if (RuleFacts.HasReference(repeat.Item)) return null;
        var automaton = calls.Automaton(repeat.Item, budget);
        return automaton is { IsPrefixFree: true, IsNullable: false, IsEmpty: false }
            ? new CountedItem(automaton, repeat.Minimum, repeat.Maximum, null)
            : null;
    }

    private bool IsUnclear(Repeat repeat, GrammarNode next, ByteAutomaton item) =>
        !RuleFacts.HasReference(next) && calls!.Facts.Weigh(repeat) <= MaxUnclear && calls.Facts.Weigh(next) <= MaxWrittenOut
        && calls.Automaton(next, budget) is { IsEmpty: false } rival && (rival.IsNullable || BeginAlike(rival, item));

    /// <summary>The node as what ends a counted item, if the next byte always tells which of the two goes on.</summary>
    private ByteAutomaton? AsSuffix(GrammarNode node, ByteAutomaton item)
    {
        if (RuleFacts.HasReference(node) || calls!.Facts.Weigh(node) > MaxWrittenOut) return null;
        var suffix = calls.Automaton(node, budget);
        return suffix.IsNullable || suffix.IsEmpty || BeginAlike(suffix, item) ? null : suffix;
    }

    private static bool BeginAlike(ByteAutomaton one, ByteAutomaton other)
    {
        foreach (var edge in one.Edges(0))
        {
            foreach (var rival in other.Edges(0))
            {
                if (edge.First <= rival.Last && rival.First <= edge.Last) return true;
            }
        }
        return false;
    }

    private int AppendReference(RuleReference reference, int from)
    {
        if (calls!.Facts.IsInlined(reference.Rule)) return Append(calls.Facts.Rule(reference.Rule), from);
        return AppendCall(calls.Facts.HasText(reference) ? calls.Named(reference.Rule) : null, from, calls.Facts.IsNullable(reference));
    }

    private int AppendPart(GrammarNode item, int from) =>
        AppendCall(calls!.Facts.HasText(item) ? calls.Part(item) : null, from, calls.Facts.IsNullable(item));

    // A rule is called for its texts but the empty one, so that no call ever ends where it began.
    private int AppendCall(int? rule, int from, bool isNullable)
    {
        var end = AddState();
        if (rule is { } called) nfa.AddCall(from, called, end);
        if (isNullable) nfa.AddFree(from, end);
        return end;
    }
}

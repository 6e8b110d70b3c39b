using Ingot.Errors;
using Ingot.Text.Tokenizers.Unicode;

namespace Ingot.Text.Tokenizers.Patterns;

/// <summary>
/// Runs a compiled pattern by backtracking, with its own stack and a budget of steps that grows with the text:
/// neither a hostile pattern nor a hostile text can hold a thread or exhaust its stack. Not thread-safe: one per text.
/// </summary>
internal sealed class PatternMatcher(PatternInstruction[] program, int textLength)
{
    private const long FixedSteps = 1_000_000;
    private const long StepsPerUnit = 256;

    private readonly Stack<Choice> _choices = new();
    private long _steps = FixedSteps + (StepsPerUnit * textLength);

    private readonly record struct Choice(int Next, int At, int Least, PatternInstruction? Loop);

    /// <summary>Where the match that starts at an index ends; -1 when there is none.</summary>
    /// <exception cref="IngotException">The budget is used up.</exception>
    public int MatchAt(ReadOnlySpan<char> text, int at) => Run(program, text, at, end: -1);

    private int Run(PatternInstruction[] code, ReadOnlySpan<char> text, int at, int end)
    {
        var floor = _choices.Count;
        var next = 0;
        while (true)
        {
            Spend(1);
            var step = code[next];
            var holds = true;
            switch (step.Op)
            {
                case PatternOp.Done:
                    holds = end < 0 || at == end;
                    if (!holds) break;
                    while (_choices.Count > floor) _choices.Pop();
                    return at;
                case PatternOp.Set:
                    holds = Take(step.Set!, text, ref at);
                    next++;
                    break;
                case PatternOp.Loop:
                    holds = RunLoop(step, next + 1, text, ref at);
                    next++;
                    break;
                case PatternOp.Split:
                    _choices.Push(new Choice(step.Second, at, 0, null));
                    next = step.First;
                    break;
                case PatternOp.Jump:
                    next = step.First;
                    break;
                case PatternOp.LookAhead:
                    holds = Run(step.Body, text, at, end: -1) >= 0 != step.Negative;
                    next++;
                    break;
                case PatternOp.LookBehind:
                    holds = MatchesBehind(step, text, at) != step.Negative;
                    next++;
                    break;
                case PatternOp.Atomic:
                    var stop = Run(step.Body, text, at, end: -1);
                    holds = stop >= 0;
                    if (holds) at = stop;
                    next++;
                    break;
                case PatternOp.Anchor:
                    holds = IsAt(step.Anchor, text, at);
                    next++;
                    break;
            }
            if (!holds && !Backtrack(floor, text, ref next, ref at)) return -1;
        }
    }

    private bool Backtrack(int floor, ReadOnlySpan<char> text, ref int next, ref int at)
    {
        while (_choices.Count > floor)
        {
            var choice = _choices.Pop();
            (next, at) = (choice.Next, choice.At);
            if (choice.Loop is not { } loop) return true;
            if (loop.Kind == RepeatKind.Greedy)
            {
                CodePoints.Before(text, at, out var length);
                at -= length;
                if (at > choice.Least) _choices.Push(choice with { At = at });
                return true;
            }
            // A lazy loop takes one more; Least counts how many it may still take, below zero without end.
            if (choice.Least == 0 || !Take(loop.Set!, text, ref at)) continue;
            _choices.Push(choice with { At = at, Least = choice.Least - 1 });
            return true;
        }
        return false;
    }

    private bool RunLoop(PatternInstruction loop, int next, ReadOnlySpan<char> text, ref int at)
    {
        var set = loop.Set!;
        for (var i = 0; i < loop.First; i++)
        {
            if (!Take(set, text, ref at)) return false;
        }
        var least = at;
        if (loop.Kind == RepeatKind.Lazy)
        {
            _choices.Push(new Choice(next, at, loop.Second < 0 ? -1 : loop.Second - loop.First, loop));
            return true;
        }
        var left = loop.Second < 0 ? int.MaxValue : loop.Second - loop.First;
        while (left-- > 0 && Take(set, text, ref at)) { }
        Spend(at - least);
        if (at > least && loop.Kind == RepeatKind.Greedy) _choices.Push(new Choice(next, at, least, loop));
        return true;
    }

    private bool MatchesBehind(PatternInstruction look, ReadOnlySpan<char> text, int at)
    {
        var start = at;
        for (var back = 0; back <= look.Second; back++)
        {
            if (back >= look.First && Run(look.Body, text, start, end: at) >= 0) return true;
            if (start == 0) return false;
            CodePoints.Before(text, start, out var length);
            start -= length;
        }
        return false;
    }

    private static bool Take(CharacterSet set, ReadOnlySpan<char> text, ref int at)
    {
        if (at >= text.Length) return false;
        var codePoint = CodePoints.At(text, at, out var length);
        if (!set.Contains(codePoint)) return false;
        at += length;
        return true;
    }

    private static bool IsAt(AnchorKind anchor, ReadOnlySpan<char> text, int at) => anchor switch
    {
        AnchorKind.TextStart => at == 0,
        AnchorKind.TextEnd => at == text.Length,
        AnchorKind.TextEndOrFinalNewline => at == text.Length || (at == text.Length - 1 && text[at] == '\n'),
        AnchorKind.LineStart => at == 0 || text[at - 1] == '\n',
        AnchorKind.LineEnd => at == text.Length || text[at] == '\n',
        AnchorKind.WordBoundary => IsWordBoundary(text, at),
        _ => !IsWordBoundary(text, at),
    };

    private static bool IsWordBoundary(ReadOnlySpan<char> text, int at)
    {
        var before = at > 0 && CodePoints.IsWord(CodePoints.Before(text, at, out _));
        var after = at < text.Length && CodePoints.IsWord(CodePoints.At(text, at, out _));
        return before != after;
    }

    private void Spend(int steps)
    {
        _steps -= steps;
        if (_steps < 0)
            throw new IngotException(ErrorCode.InvalidValue, "The tokenizer's pattern takes too many steps to split this text.");
    }
}

namespace Ingot.Text.Tokenizers.Patterns;

internal enum PatternOp
{
    /// <summary>One code point of <c>Set</c>.</summary>
    Set,

    /// <summary>From <c>First</c> to <c>Second</c> (negative: any number of) code points of <c>Set</c>, in the manner of <c>Kind</c>.</summary>
    Loop,

    /// <summary>Goes on at <c>First</c>; when that fails, at <c>Second</c>.</summary>
    Split,

    /// <summary>Goes on at <c>First</c>.</summary>
    Jump,

    /// <summary>Holds when <c>Body</c> matches here and takes nothing.</summary>
    LookAhead,

    /// <summary>As <see cref="LookAhead"/>, ending here; <c>First</c> to <c>Second</c> code points long.</summary>
    LookBehind,

    /// <summary><c>Body</c>, whose first way to match is final.</summary>
    Atomic,

    /// <summary>The place is one of <c>Anchor</c>'s.</summary>
    Anchor,

    /// <summary>The match is complete.</summary>
    Done,
}

internal sealed record PatternInstruction(PatternOp Op)
{
    public int First { get; set; }

    public int Second { get; set; }

    public CharacterSet? Set { get; init; }

    public RepeatKind Kind { get; init; }

    public PatternInstruction[] Body { get; init; } = [];

    public bool Negative { get; init; }

    public AnchorKind Anchor { get; init; }
}

/// <summary>Turns a parsed pattern into instructions.</summary>
internal sealed class PatternCompiler
{
    private readonly List<PatternInstruction> _program = [];
    private readonly int[] _count;

    private PatternCompiler(int[] count) => _count = count;

    /// <summary>Compiles a pattern.</summary>
    /// <exception cref="FormatException">It is too large, or repeats something that may be empty without end.</exception>
    public static PatternInstruction[] Compile(PatternNode node) => Compile(node, [0]);

    private static PatternInstruction[] Compile(PatternNode node, int[] count)
    {
        var compiler = new PatternCompiler(count);
        compiler.Write(node);
        compiler.Add(new PatternInstruction(PatternOp.Done));
        return [.. compiler._program];
    }

    private void Write(PatternNode node)
    {
        switch (node)
        {
            case SetNode set:
                Add(new PatternInstruction(PatternOp.Set) { Set = set.Set });
                break;
            case SequenceNode sequence:
                foreach (var part in sequence.Parts) Write(part);
                break;
            case AlternativesNode alternatives:
                WriteAlternatives(alternatives);
                break;
            case RepeatNode { Body: SetNode body } loop:
                Add(new PatternInstruction(PatternOp.Loop) { Set = body.Set, First = loop.Min, Second = loop.Max ?? -1, Kind = loop.Kind });
                break;
            case RepeatNode { Kind: RepeatKind.Possessive } repeat:
                Write(new AtomicNode(repeat with { Kind = RepeatKind.Greedy }));
                break;
            case RepeatNode repeat:
                WriteRepeat(repeat);
                break;
            case AtomicNode atomic:
                Add(new PatternInstruction(PatternOp.Atomic) { Body = Compile(atomic.Body, _count) });
                break;
            case LookNode look:
                Add(new PatternInstruction(look.Behind ? PatternOp.LookBehind : PatternOp.LookAhead)
                {
                    Body = Compile(look.Body, _count),
                    Negative = look.Negative,
                    First = look.Body.MinLength,
                    Second = look.Body.MaxLength ?? 0,
                });
                break;
            case AnchorNode anchor:
                Add(new PatternInstruction(PatternOp.Anchor) { Anchor = anchor.Kind });
                break;
        }
    }

    private void WriteAlternatives(AlternativesNode alternatives)
    {
        List<PatternInstruction> exits = [];
        for (var i = 0; i < alternatives.Choices.Count; i++)
        {
            if (i == alternatives.Choices.Count - 1)
            {
                Write(alternatives.Choices[i]);
                break;
            }
            var split = Add(new PatternInstruction(PatternOp.Split) { First = _program.Count + 1 });
            Write(alternatives.Choices[i]);
            exits.Add(Add(new PatternInstruction(PatternOp.Jump)));
            split.Second = _program.Count;
        }
        foreach (var exit in exits) exit.First = _program.Count;
    }

    private void WriteRepeat(RepeatNode repeat)
    {
        for (var i = 0; i < repeat.Min; i++) Write(repeat.Body);
        if (repeat.Max is not { } max)
        {
            if (repeat.Body.MinLength == 0) throw new FormatException("it repeats something that may be empty");
            var split = Add(new PatternInstruction(PatternOp.Split));
            var start = _program.Count;
            Write(repeat.Body);
            Add(new PatternInstruction(PatternOp.Jump) { First = start - 1 });
            Aim(split, start, _program.Count, repeat.Kind);
            return;
        }
        List<(PatternInstruction Split, int Start)> options = [];
        for (var i = repeat.Min; i < max; i++)
        {
            options.Add((Add(new PatternInstruction(PatternOp.Split)), _program.Count));
            Write(repeat.Body);
        }
        foreach (var (split, start) in options) Aim(split, start, _program.Count, repeat.Kind);
    }

    private static void Aim(PatternInstruction split, int body, int exit, RepeatKind kind) =>
        (split.First, split.Second) = kind == RepeatKind.Lazy ? (exit, body) : (body, exit);

    private PatternInstruction Add(PatternInstruction instruction)
    {
        if (++_count[0] > TokenizerLimits.MaxPatternInstructions) throw new FormatException("it is too large");
        _program.Add(instruction);
        return instruction;
    }
}

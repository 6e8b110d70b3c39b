namespace Ingot.Service.Chat.Calls;

/// <summary>A format's block of calls as steps to read it by, one after the other. White space is left out: it tells nothing.</summary>
internal sealed class CallProgram
{
    private readonly List<CallStep> _steps = [];
    private readonly CallFormat _format;

    private CallProgram(CallFormat format)
    {
        _format = format;
        Add(CallPiece.Parse(format.Open));
        var call = _steps.Count;
        Add(CallPiece.Parse(format.Call));
        if (format.Separator is { } separator)
        {
            var fork = Reserve();
            Add(CallPiece.Parse(separator));
            _steps.Add(new CallStep.Jump(call));
            _steps[fork] = new CallStep.Fork(_steps.Count);
        }

        Add(CallPiece.Parse(format.Close));
        _steps.Add(new CallStep.End());
    }

    /// <summary>The steps; the last is <see cref="CallStep.End"/>.</summary>
    public IReadOnlyList<CallStep> Steps => _steps;

    /// <summary>The steps of a format.</summary>
    public static CallProgram Of(CallFormat format) => new(format);

    /// <summary>The text that must come from a step on, as far as it is the same whatever follows.</summary>
    public string TextFrom(int step)
    {
        var text = "";
        while (true)
        {
            switch (_steps[step])
            {
                case CallStep.Text more:
                    text += more.Content;
                    step++;
                    break;
                case CallStep.Jump jump:
                    step = jump.Target;
                    break;
                default:
                    return text;
            }
        }
    }

    private void Add(IReadOnlyList<CallPiece> pieces)
    {
        foreach (var (index, piece) in pieces.Index())
        {
            switch (piece)
            {
                case CallPiece.Text text:
                    if (Bare(text.Content) is { Length: > 0 } bare)
                        _steps.Add(new CallStep.Text(bare));
                    break;
                case CallPiece.Optional optional:
                    var fork = Reserve();
                    Add(optional.Pieces);

                    // Nothing to tell by is nothing to read: white space, which may be anywhere.
                    if (_steps.Count == fork + 1)
                        _steps.RemoveAt(fork);
                    else
                        _steps[fork] = new CallStep.Fork(_steps.Count);
                    break;
                case CallPiece.Arguments when _format.Parameter is not null:
                    AddParameters(CallPiece.Parse(_format.Parameter));
                    break;
                case CallPiece.Value:
                    _steps.Add(new CallStep.Value(EndsWithBreak(pieces[index - 1]), BeginsWithBreak(pieces[index + 1])));
                    break;
                default:
                    _steps.Add(new CallStep.Part(piece));
                    break;
            }
        }
    }

    private void AddParameters(IReadOnlyList<CallPiece> pieces)
    {
        _steps.Add(new CallStep.Begin());
        var fork = Reserve();
        Add(pieces);
        _steps.Add(new CallStep.Jump(fork));
        _steps[fork] = new CallStep.Fork(_steps.Count);
        _steps.Add(new CallStep.Finish());
    }

    private static bool EndsWithBreak(CallPiece piece) => piece is CallPiece.Text { Content: [.., '\n'] };

    private static bool BeginsWithBreak(CallPiece piece) => piece is CallPiece.Text { Content: ['\n', ..] };

    private int Reserve()
    {
        _steps.Add(new CallStep.End());
        return _steps.Count - 1;
    }

    private static string Bare(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}

/// <summary>A step of reading calls.</summary>
internal abstract record CallStep
{
    /// <summary>This text, without white space.</summary>
    internal sealed record Text(string Content) : CallStep;

    /// <summary>What differs from call to call.</summary>
    internal sealed record Part(CallPiece Piece) : CallStep;

    /// <summary>The arguments begin, each by itself.</summary>
    internal sealed record Begin : CallStep;

    /// <summary>One argument's value.</summary>
    /// <param name="AfterBreak">Whether a line break before it is no part of it.</param>
    /// <param name="BeforeBreak">Whether a line break after it is no part of it.</param>
    internal sealed record Value(bool AfterBreak, bool BeforeBreak) : CallStep;

    /// <summary>The arguments are over.</summary>
    internal sealed record Finish : CallStep;

    /// <summary>The next step where its text comes; otherwise another.</summary>
    internal sealed record Fork(int Otherwise) : CallStep;

    /// <summary>On with another step.</summary>
    internal sealed record Jump(int Target) : CallStep;

    /// <summary>The block is whole.</summary>
    internal sealed record End : CallStep;
}

using System.Text;
using Ingot.Service.Chat.Parsing;

namespace Ingot.Service.Chat.Calls;

/// <summary>
/// Reads one block of calls, character by character, exactly as its format has it but for white space, and gives what it is
/// made of as it comes. Not thread-safe.
/// </summary>
/// <param name="format">How the calls are written.</param>
/// <param name="targets">The functions that exist; null lets any name pass.</param>
internal sealed class CallWalk(CallFormat format, CallTargets? targets = null)
{
    private const int MaxName = 128;

    /// <summary>How often a value may seem to be over and not be the JSON it began as.</summary>
    private const int MaxTries = 64;

    private readonly CallProgram _program = CallProgram.Of(format);
    private readonly JsonStringScan _scan = new();
    private readonly StringBuilder _arguments = new();
    private readonly StringBuilder _name = new();
    private readonly StringBuilder _value = new();
    private string _function = "";
    private string _ahead = "";
    private int _step;
    private int _at;
    private string _key = "";
    private int _depth;
    private int _count;
    private int _tries;

    /// <summary>Whether the block has begun to give calls.</summary>
    public bool HasCalls { get; private set; }

    /// <summary>Whether what came is no block of this format.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Whether the block is whole.</summary>
    public bool IsDone => !HasFailed && _program.Steps[_step] is CallStep.End;

    /// <summary>Whether all calls that began are whole, though the block may not be.</summary>
    public bool IsBetweenCalls { get; private set; }

    /// <summary>Takes the next characters.</summary>
    /// <param name="text">They.</param>
    /// <param name="parts">Gets what they tell.</param>
    /// <returns>How many were taken: fewer than there are when the block is whole or failed; the character it failed at is taken.</returns>
    public int Read(ReadOnlySpan<char> text, List<OutputPart> parts)
    {
        var taken = 0;
        while (taken < text.Length && !HasFailed && !IsDone)
            Take(text[taken++], parts);
        GiveArguments(parts);
        return taken;
    }

    private void Take(char c, List<OutputPart> parts)
    {
        switch (_program.Steps[_step])
        {
            case CallStep.Jump jump:
                _step = jump.Target;
                Take(c, parts);
                break;
            case CallStep.Text text:
                TakeText(c, text.Content);
                break;
            case CallStep.Fork fork:
                TakeFork(c, fork.Otherwise, parts);
                break;
            case CallStep.Part { Piece: CallPiece.Name }:
                TakeName(c, parts);
                break;
            case CallStep.Part { Piece: CallPiece.Arguments }:
                TakeArguments(c, parts);
                break;
            case CallStep.Part { Piece: CallPiece.Key }:
                TakeKey(c, parts);
                break;
            case CallStep.Part part:
                TakeMark(c, part.Piece is CallPiece.Number, parts);
                break;
            case CallStep.Begin:
                Begin(parts);
                _arguments.Append('{');
                Next();
                Take(c, parts);
                break;
            case CallStep.Value value:
                TakeValue(c, value);
                break;
            case CallStep.Finish:
                _arguments.Append('}');
                GiveArguments(parts);
                Next();
                IsBetweenCalls = true;
                Take(c, parts);
                break;
            default:
                HasFailed = true;
                break;
        }
    }

    private void TakeText(char c, string text)
    {
        if (char.IsWhiteSpace(c))
            return;
        if (c != text[_at])
            HasFailed = true;
        else if (++_at == text.Length)
            Next();
    }

    // Nothing is decided before all of the text that tells has come; then it is read again.
    private void TakeFork(char c, int otherwise, List<OutputPart> parts)
    {
        if (char.IsWhiteSpace(c))
            return;
        var sign = _program.TextFrom(_step + 1);
        _ahead += c;
        var isSign = sign.StartsWith(_ahead, StringComparison.Ordinal);
        if (isSign && _ahead.Length < sign.Length)
            return;
        var again = _ahead;
        _ahead = "";
        _step = isSign ? _step + 1 : otherwise;
        foreach (var earlier in again)
        {
            if (!HasFailed)
                Take(earlier, parts);
        }
    }

    private void TakeName(char c, List<OutputPart> parts)
    {
        if (IsNameCharacter(c) && _name.Length < MaxName)
        {
            _name.Append(c);
            return;
        }

        if (_name.Length == 0 && char.IsWhiteSpace(c))
            return;
        if (_name.Length == 0 || targets?.Has(_name.ToString()) == false)
        {
            HasFailed = true;
            return;
        }

        IsBetweenCalls = false;
        Next();
        Take(c, parts);
    }

    private void TakeMark(char c, bool isNumber, List<OutputPart> parts)
    {
        if (_at < MaxName && (char.IsAsciiDigit(c) || (!isNumber && char.IsAsciiLetter(c))))
        {
            _at++;
            return;
        }

        HasFailed = _at == 0;
        Next();
        Take(c, parts);
    }

    private void TakeArguments(char c, List<OutputPart> parts)
    {
        if (_depth == 0)
        {
            if (char.IsWhiteSpace(c))
                return;
            if (c != '{')
            {
                HasFailed = true;
                return;
            }

            Begin(parts);
            _scan.Reset();
        }

        _arguments.Append(c);
        _scan.Append(c);
        if (_scan.InString || c is not ('{' or '}'))
            return;
        _depth += c == '{' ? 1 : -1;
        if (_depth > 0)
            return;
        GiveArguments(parts);
        Next();
        IsBetweenCalls = true;
    }

    private void Begin(List<OutputPart> parts)
    {
        parts.Add(new OutputPart.CallStart(_name.ToString()));
        _function = _name.ToString();
        _name.Clear();
        _count = 0;
        HasCalls = true;
    }

    private void TakeKey(char c, List<OutputPart> parts)
    {
        if (c == _program.TextFrom(_step + 1)[0])
        {
            _key = _name.ToString().Trim();
            _name.Clear();
            Next();
            Take(c, parts);
        }
        else if (_name.Length >= MaxName)
        {
            HasFailed = true;
        }
        else
        {
            _name.Append(c);
        }
    }

    private void TakeValue(char c, CallStep.Value step)
    {
        _value.Append(c);
        var closing = _program.TextFrom(_step + 1);
        if (c != closing[^1] || _value.Length < closing.Length || !EndsWith(_value, closing))
            return;
        var value = _value.ToString(0, _value.Length - closing.Length);
        var isLoose = (step.AfterBreak && !value.StartsWith('\n')) || (step.BeforeBreak && !value.EndsWith('\n'));
        if (step.AfterBreak && value.StartsWith('\n'))
            value = value[1..];
        if (step.BeforeBreak && value.EndsWith('\n'))
            value = value[..^1];
        var isText = targets?.IsText(_function, _key);
        if (isText == false && JsonValue.MayGoOn(value) && ++_tries < MaxTries)
            return;

        // Where nothing holds a model to the form, it may leave out line breaks.
        HasFailed = isLoose && targets is not null;
        _arguments.Append(_count++ == 0 ? "" : ", ").Append(JsonValue.Quote(_key)).Append(": ").Append(JsonValue.Of(value, isText));
        _value.Clear();
        _tries = 0;
        Next();
        Next();
    }

    private static bool EndsWith(StringBuilder text, string end)
    {
        for (var i = 1; i <= end.Length; i++)
        {
            if (text[^i] != end[^i])
                return false;
        }

        return true;
    }

    private void GiveArguments(List<OutputPart> parts)
    {
        if (_arguments.Length == 0)
            return;
        parts.Add(new OutputPart.CallArguments(_arguments.ToString()));
        _arguments.Clear();
    }

    private void Next()
    {
        _step++;
        _at = 0;
        while (_program.Steps[_step] is CallStep.Jump jump)
            _step = jump.Target;
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';
}

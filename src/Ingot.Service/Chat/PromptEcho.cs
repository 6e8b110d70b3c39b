namespace Ingot.Service.Chat;

/// <summary>A prompt on its way back to the caller, as an answer's first update: its text, and how likely each of its tokens was.</summary>
/// <param name="text">The prompt's text.</param>
/// <param name="added">Tokens before the text's own ones, which stand for nothing in it.</param>
/// <param name="own">The text's own tokens; any that follow stand for nothing in it, either.</param>
internal sealed class PromptEcho(string text, int added, int own)
{
    private readonly List<TokenProbability> _tokens = [];
    private bool _isTaken;

    /// <summary>Takes the prompt's next token.</summary>
    internal void Add(TokenProbability token)
    {
        var place = _tokens.Count - added;
        if (place < 0 || place >= own)
            token = token with { Bytes = default };
        // Some tokenizers put a space before the text, to find the first word again.
        else if (place == 0 && token.Bytes.Length > 0 && token.Bytes.Span[0] == (byte)' ' && !text.StartsWith(' '))
            token = token with { Text = token.Text[1..], Bytes = token.Bytes[1..] };
        _tokens.Add(token);
    }

    /// <summary>The update, once all tokens are in; null when it was taken before.</summary>
    internal TextDelta? Take(int choice)
    {
        if (_isTaken)
            return null;
        _isTaken = true;
        return new TextDelta(choice, text, _tokens);
    }
}

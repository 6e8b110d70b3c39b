using Ingot.Text.Tokenizers.Decoders;

namespace Ingot.Text.Tokenizers;

/// <summary>
/// Turns tokens into text as they come. The parts put together are exactly what <see cref="Tokenizer.Decode"/> gives for
/// all the tokens; no part ends in half a character. Constant work for each token. Not thread-safe: one per generation.
/// </summary>
public sealed class IncrementalDecoder
{
    private readonly Tokenizer _tokenizer;
    private readonly bool _skipSpecialTokens;
    private readonly TextStage _text = new();
    private readonly DecodeStage _first;
    private bool _isFinished;

    internal IncrementalDecoder(Tokenizer tokenizer, IReadOnlyList<DecoderStep> steps, bool skipSpecialTokens)
    {
        _tokenizer = tokenizer;
        _skipSpecialTokens = skipSpecialTokens;
        _first = steps.Reverse().Aggregate((DecodeStage)_text, (next, step) => step.Open(next));
    }

    /// <summary>Takes one more token.</summary>
    /// <param name="id">The token's id; one that no token has adds nothing.</param>
    /// <returns>The text that is certain now and was not given before; empty while a character is incomplete.</returns>
    /// <exception cref="InvalidOperationException"><see cref="Flush"/> was called before.</exception>
    public string Append(int id)
    {
        Accept(id);
        return Take();
    }

    /// <summary>Ends the decoding.</summary>
    /// <returns>What was held back: U+FFFD for a character that never became complete, or nothing.</returns>
    public string Flush()
    {
        if (_isFinished) return "";
        _isFinished = true;
        _first.Finish();
        return Take();
    }

    internal void Accept(int id)
    {
        if (_isFinished) throw new InvalidOperationException("The decoder has been flushed.");
        if (_tokenizer.TokenOf(id) is not { } token || (_skipSpecialTokens && _tokenizer.IsSpecial(id))) return;
        _first.Accept(new DecodePiece(token, BeginsToken: true, IsAdded: _tokenizer.IsAdded(id)));
    }

    private string Take()
    {
        var text = _text.Text.ToString();
        _text.Text.Clear();
        return text;
    }
}

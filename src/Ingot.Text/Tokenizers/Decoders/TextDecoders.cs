using Ingot.Text.Tokenizers.Normalizers;
using Ingot.Text.Tokenizers.Patterns;

namespace Ingot.Text.Tokenizers.Decoders;

/// <summary>Makes one token of all.</summary>
internal sealed class FuseDecoder : DecoderStep
{
    public override bool Fuses => true;

    public override DecodeStage Open(DecodeStage next) => new Stage(next);

    private sealed class Stage(DecodeStage next) : DecodeStage(next)
    {
        private bool _hasBegun;

        public override void Accept(DecodePiece piece)
        {
            Pass(piece with { BeginsToken = !_hasBegun });
            _hasBegun = true;
        }
    }
}

/// <summary>Replaces what matches a pattern within a token.</summary>
internal sealed class ReplaceDecoder(TextPattern pattern, string content) : DecoderStep
{
    private readonly ReplaceNormalizer _replace = new(pattern, content);

    /// <summary>Whether a match never reaches beyond one UTF-16 unit.</summary>
    public bool IsLocal => pattern is LiteralPattern { Literal.Length: 1 };

    public override DecodeStage Open(DecodeStage next) => new Stage(this, next);

    public override string MapToken(string token)
    {
        int[]? origins = null;
        return token.Length == 0 ? token : _replace.Normalize(token, ref origins);
    }

    private sealed class Stage(ReplaceDecoder step, DecodeStage next) : DecodeStage(next)
    {
        public override void Accept(DecodePiece piece) => Pass(piece with { Text = step.MapToken(piece.Text) });
    }
}

/// <summary>Removes a character from the ends of a token, up to a number of times.</summary>
/// <param name="content">The character.</param>
/// <param name="start">Most removed at the start.</param>
/// <param name="stop">Most removed at the end.</param>
internal sealed class StripDecoder(char content, int start, int stop) : DecoderStep
{
    public override DecodeStage Open(DecodeStage next) => new Stage(content, start, stop, next);

    private sealed class Stage(char content, int start, int stop, DecodeStage next) : DecodeStage(next)
    {
        private int _left;
        private int _held;

        public override void Accept(DecodePiece piece)
        {
            // What was held at the end of the last token is stripped when that has ended, and given when it goes on.
            if (piece.BeginsToken) (_left, _held) = (start, 0);
            var text = piece.Text;
            var first = 0;
            while (_left > 0 && first < text.Length && text[first] == content) (first, _left) = (first + 1, _left - 1);
            if (first < text.Length) _left = 0;

            var whole = _held == 0 ? text[first..] : new string(content, _held) + text[first..];
            var end = whole.Length;
            while (whole.Length - end < stop && end > 0 && whole[end - 1] == content) end--;
            _held = whole.Length - end;
            Pass(piece with { Text = whole[..end] });
        }
    }
}

/// <summary>Turns SentencePiece's space marks into spaces.</summary>
/// <param name="mark">What stands for a space.</param>
/// <param name="dropsFirst">Whether the first token's marks are dropped, all of them: text begins with a word.</param>
internal sealed class MetaspaceDecoder(char mark, bool dropsFirst) : DecoderStep
{
    public override DecodeStage Open(DecodeStage next) => new Stage(mark, dropsFirst, next);

    public override string MapToken(string token) => token.Replace(mark, ' ');

    private sealed class Stage(char mark, bool dropsFirst, DecodeStage next) : DecodeStage(next)
    {
        private readonly string _mark = mark.ToString();
        private int _begun;

        public override void Accept(DecodePiece piece)
        {
            // The first token may come in parts.
            if (piece.BeginsToken || _begun == 0) _begun = Math.Min(_begun + 1, 2);
            var instead = dropsFirst && _begun == 1 ? "" : " ";
            Pass(piece with { Text = piece.Text.Replace(_mark, instead, StringComparison.Ordinal) });
        }
    }
}

/// <summary>Turns the suffix that ends a word into a space, and into nothing at the end of the text.</summary>
internal sealed class WordSuffixDecoder(string suffix) : DecoderStep
{
    public override DecodeStage Open(DecodeStage next) => new Stage(suffix, next);

    public override string MapToken(string token) => token.Replace(suffix, " ", StringComparison.Ordinal);

    private sealed class Stage(string suffix, DecodeStage next) : DecodeStage(next)
    {
        private DecodePiece? _held;

        public override void Accept(DecodePiece piece)
        {
            GiveHeld(" ");
            _held = piece;
        }

        public override void Finish()
        {
            GiveHeld("");
            base.Finish();
        }

        private void GiveHeld(string instead)
        {
            if (_held is { } held) Pass(held with { Text = held.Text.Replace(suffix, instead, StringComparison.Ordinal) });
            _held = null;
        }
    }
}

/// <summary>What a file without a decoder asks for: tokens with a space between.</summary>
internal sealed class SpacedDecoder : DecoderStep
{
    public override DecodeStage Open(DecodeStage next) => new Stage(next);

    private sealed class Stage(DecodeStage next) : DecodeStage(next)
    {
        private bool _hasBegun;

        public override void Accept(DecodePiece piece)
        {
            Pass(_hasBegun ? piece with { Text = " " + piece.Text } : piece);
            _hasBegun = true;
        }
    }
}

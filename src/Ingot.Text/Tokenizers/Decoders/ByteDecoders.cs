using System.Globalization;
using System.Text;
using Ingot.Text.Tokenizers.Model;

namespace Ingot.Text.Tokenizers.Decoders;

/// <summary>Reads tokens written in GPT-2's alphabet of bytes.</summary>
internal sealed class ByteLevelDecoder : DecoderStep
{
    public override bool Fuses => true;

    public override DecodeStage Open(DecodeStage next) => new Stage(next);

    /// <summary>The bytes of a token; a token with a character outside the alphabet stands for its own UTF-8 form.</summary>
    public static byte[] BytesOf(string token)
    {
        var bytes = new byte[token.Length];
        for (var i = 0; i < token.Length; i++)
        {
            if (!ByteCharacters.TryGetByte(token[i], out bytes[i])) return Encoding.UTF8.GetBytes(token);
        }
        return bytes;
    }

    private sealed class Stage(DecodeStage next) : DecodeStage(next)
    {
        private readonly Utf8Assembler _assembler = new();
        private bool _hasBegun;

        public override void Accept(DecodePiece piece)
        {
            if (!piece.IsAdded)
            {
                Give(_assembler.Append(BytesOf(piece.Text)));
                return;
            }
            Give(_assembler.Flush());
            Give(piece.Text);
        }

        public override void Finish()
        {
            Give(_assembler.Flush());
            base.Finish();
        }

        private void Give(string text)
        {
            if (text.Length == 0) return;
            Pass(text, beginsToken: !_hasBegun);
            _hasBegun = true;
        }
    }
}

/// <summary>Reads tokens that spell a byte (<c>&lt;0xE2&gt;</c>); neighbours make up characters together.</summary>
internal sealed class ByteFallbackDecoder : DecoderStep
{
    public override bool Fuses => true;

    public override DecodeStage Open(DecodeStage next) => new Stage(next);

    /// <summary>The byte a token spells, if it does.</summary>
    public static bool TryReadByte(string token, out byte value)
    {
        value = 0;
        return token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
            && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private sealed class Stage(DecodeStage next) : DecodeStage(next)
    {
        private readonly Utf8Assembler _assembler = new();
        private bool _isInside;

        public override void Accept(DecodePiece piece)
        {
            if (!TryReadByte(piece.Text, out var value))
            {
                End();
                Pass(piece);
                return;
            }
            var text = _assembler.Append([value]);
            if (text.Length == 0) return;
            Pass(text, beginsToken: !_isInside);
            _isInside = true;
        }

        public override void Finish()
        {
            End();
            base.Finish();
        }

        private void End()
        {
            var rest = _assembler.Flush();
            if (rest.Length > 0) Pass(rest, beginsToken: !_isInside);
            _isInside = false;
        }
    }
}

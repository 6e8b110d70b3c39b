using System.Text;

namespace Ingot.Text.Tokenizers.Decoders;

/// <summary>Puts bytes together to characters; holds back the bytes of a character that is not complete. Not thread-safe.</summary>
internal sealed class Utf8Assembler
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private char[] _characters = new char[64];

    /// <summary>The characters that are complete with these bytes; invalid ones as U+FFFD.</summary>
    public string Append(ReadOnlySpan<byte> bytes) => Convert(bytes, flush: false);

    /// <summary>U+FFFD for what is incomplete, or nothing.</summary>
    public string Flush() => Convert([], flush: true);

    private string Convert(ReadOnlySpan<byte> bytes, bool flush)
    {
        var needed = Encoding.UTF8.GetMaxCharCount(bytes.Length) + 4;
        if (_characters.Length < needed) _characters = new char[needed];
        var count = _decoder.GetChars(bytes, _characters, flush);
        return count == 0 ? "" : new string(_characters, 0, count);
    }
}

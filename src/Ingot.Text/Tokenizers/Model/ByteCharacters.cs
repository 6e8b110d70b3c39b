using System.Collections.Frozen;

namespace Ingot.Text.Tokenizers.Model;

/// <summary>GPT-2's alphabet: one printable character for each of the 256 bytes.</summary>
internal static class ByteCharacters
{
    /// <summary>The character of each byte.</summary>
    public static readonly char[] OfByte = MakeAlphabet();

    private static readonly FrozenDictionary<char, byte> ByCharacter =
        OfByte.Select((character, value) => (character, value)).ToFrozenDictionary(p => p.character, p => (byte)p.value);

    /// <summary>The byte a character stands for.</summary>
    public static bool TryGetByte(char character, out byte value) => ByCharacter.TryGetValue(character, out value);

    private static char[] MakeAlphabet()
    {
        var alphabet = new char[256];
        var next = '\u0100';
        for (var value = 0; value < 256; value++)
        {
            var isPrintable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            alphabet[value] = isPrintable ? (char)value : next++;
        }
        return alphabet;
    }
}

namespace Ingot.Server.Mapping;

/// <summary>Tells where in a text each of its tokens begins, in Unicode characters. A token that begins within a character begins where it does.</summary>
internal sealed class TextOffsets
{
    private int _characters;

    /// <summary>Takes the next token's UTF-8 bytes and gives where it begins.</summary>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        int start = bytes.Length > 0 && IsContinuation(bytes[0]) ? Math.Max(0, _characters - 1) : _characters;
        foreach (byte value in bytes)
        {
            if (!IsContinuation(value))
                _characters++;
        }

        return start;
    }

    private static bool IsContinuation(byte value) => (value & 0xC0) == 0x80;
}

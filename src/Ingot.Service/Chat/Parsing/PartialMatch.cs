namespace Ingot.Service.Chat.Parsing;

/// <summary>Finds how much at the end of a text may be the beginning of a marker.</summary>
internal static class PartialMatch
{
    /// <summary>Length of the longest end of <paramref name="text"/> that begins <paramref name="marker"/> without being all of it.</summary>
    internal static int LengthAtEnd(ReadOnlySpan<char> text, string marker)
    {
        for (var length = Math.Min(text.Length, marker.Length - 1); length > 0; length--)
        {
            if (text[^length..].SequenceEqual(marker.AsSpan(0, length)))
                return length;
        }

        return 0;
    }
}

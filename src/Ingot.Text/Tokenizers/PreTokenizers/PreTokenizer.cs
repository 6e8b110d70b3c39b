using System.Text;
using Ingot.Text.Tokenizers.Model;
using Ingot.Text.Tokenizers.Patterns;

namespace Ingot.Text.Tokenizers.PreTokenizers;

/// <summary>One step of cutting a text into the pieces that merging never crosses. Immutable and thread-safe.</summary>
internal abstract class PreTokenizer
{
    /// <summary>Cuts every piece of one list into another, which is empty and has the same text.</summary>
    public abstract void Apply(PieceList input, PieceList output);
}

/// <summary>What becomes of a match that a text is split at.</summary>
internal enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

/// <summary>Splits at the matches of a pattern.</summary>
/// <param name="pattern">What to look for.</param>
/// <param name="behavior">What becomes of the matches.</param>
/// <param name="invert">Takes what lies between matches for matches, and matches for what lies between.</param>
internal sealed class SplitPreTokenizer(TextPattern pattern, SplitBehavior behavior, bool invert) : PreTokenizer
{
    public override void Apply(PieceList input, PieceList output)
    {
        List<TextRange> matches = [];
        List<(TextRange Range, bool IsMatch)> parts = [];
        foreach (var piece in input.Pieces)
        {
            matches.Clear();
            pattern.FindAll(input.Text.AsSpan(piece.Start, piece.End - piece.Start), matches);
            if (behavior == SplitBehavior.Isolated)
            {
                AddIsolated(piece, matches, output);
                continue;
            }
            parts.Clear();
            Classify(piece, matches, parts);
            Arrange(parts, output);
        }
    }

    private static void AddIsolated(TextRange piece, List<TextRange> matches, PieceList output)
    {
        var at = piece.Start;
        foreach (var match in matches)
        {
            output.Add(at, piece.Start + match.Start);
            output.Add(piece.Start + match.Start, piece.Start + match.End);
            at = piece.Start + match.End;
        }
        output.Add(at, piece.End);
    }

    private void Classify(TextRange piece, List<TextRange> matches, List<(TextRange, bool)> parts)
    {
        var at = piece.Start;
        foreach (var match in matches)
        {
            if (piece.Start + match.Start > at) parts.Add((new TextRange(at, piece.Start + match.Start), invert));
            parts.Add((new TextRange(piece.Start + match.Start, piece.Start + match.End), !invert));
            at = piece.Start + match.End;
        }
        if (piece.End > at) parts.Add((new TextRange(at, piece.End), invert));
    }

    private void Arrange(List<(TextRange Range, bool IsMatch)> parts, PieceList output)
    {
        var index = 0;
        while (index < parts.Count)
        {
            var (range, isMatch) = parts[index++];
            var end = range.End;
            switch (behavior)
            {
                case SplitBehavior.Removed when isMatch:
                    continue;
                case SplitBehavior.Contiguous:
                    while (index < parts.Count && parts[index].IsMatch == isMatch) end = parts[index++].Range.End;
                    break;
                case SplitBehavior.MergedWithPrevious when !isMatch && index < parts.Count && parts[index].IsMatch:
                case SplitBehavior.MergedWithNext when isMatch && index < parts.Count && !parts[index].IsMatch:
                    end = parts[index++].Range.End;
                    break;
            }
            output.Add(range.Start, end);
        }
    }
}

/// <summary>Keeps only the matches of a pattern.</summary>
internal sealed class MatchesPreTokenizer(TextPattern pattern) : PreTokenizer
{
    public override void Apply(PieceList input, PieceList output)
    {
        List<TextRange> matches = [];
        foreach (var piece in input.Pieces)
        {
            matches.Clear();
            pattern.FindAll(input.Text.AsSpan(piece.Start, piece.End - piece.Start), matches);
            foreach (var match in matches) output.Add(piece.Start + match.Start, piece.Start + match.End);
        }
    }
}

/// <summary>Puts a space before every piece that does not begin with one.</summary>
internal sealed class SpacePrefixPreTokenizer : PreTokenizer
{
    public override void Apply(PieceList input, PieceList output)
    {
        var text = new StringBuilder(input.Text.Length + input.Pieces.Count);
        foreach (var piece in input.Pieces)
        {
            var start = text.Length;
            if (input.Text[piece.Start] != ' ') text.Append(' ');
            text.Append(input.Text, piece.Start, piece.End - piece.Start);
            output.Add(start, text.Length);
        }
        output.Text = text.ToString();
    }
}

/// <summary>Writes each byte of the pieces' UTF-8 form as the printable character that stands for it.</summary>
internal sealed class ByteCharactersPreTokenizer : PreTokenizer
{
    public override void Apply(PieceList input, PieceList output)
    {
        var text = new StringBuilder(input.Text.Length);
        foreach (var piece in input.Pieces)
        {
            var start = text.Length;
            foreach (var value in Encoding.UTF8.GetBytes(input.Text, piece.Start, piece.End - piece.Start))
                text.Append(ByteCharacters.OfByte[value]);
            output.Add(start, text.Length);
        }
        output.Text = text.ToString();
    }
}

using Ingot.Text.Tokenizers.Patterns;

namespace Ingot.Text.Tokenizers.PreTokenizers;

/// <summary>A text cut into pieces. Pre-tokenizers cut further, and some rewrite the text as they go.</summary>
internal sealed class PieceList
{
    /// <summary>The text the pieces are ranges of.</summary>
    public string Text { get; set; } = "";

    /// <summary>The pieces, ascending; empty ones are dropped.</summary>
    public List<TextRange> Pieces { get; } = [];

    /// <summary>Whether the first piece begins where the whole input begins, before any normalisation.</summary>
    public bool BeginsInput { get; set; }

    public void Add(int start, int end)
    {
        if (end > start) Pieces.Add(new TextRange(start, end));
    }

    public void Reset(string text, bool beginsInput)
    {
        (Text, BeginsInput) = (text, beginsInput);
        Pieces.Clear();
    }
}

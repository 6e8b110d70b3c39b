using System.Text;

namespace Ingot.Text.Tokenizers.PreTokenizers;

/// <summary>When a Metaspace step puts its mark before a text.</summary>
internal enum PrependScheme
{
    /// <summary>Before every piece.</summary>
    Always,

    /// <summary>Before the piece that begins the input only.</summary>
    First,

    /// <summary>Never.</summary>
    Never,
}

/// <summary>SentencePiece's way with spaces: each becomes a visible mark, which begins the word after it.</summary>
/// <param name="mark">What stands for a space.</param>
/// <param name="prepend">When a mark is put before a text that does not begin with one.</param>
/// <param name="split">Whether each mark begins a new piece.</param>
internal sealed class MetaspacePreTokenizer(char mark, PrependScheme prepend, bool split) : PreTokenizer
{
    /// <summary>Whether it matters which piece begins the input.</summary>
    public bool LooksAtBeginning => prepend == PrependScheme.First;

    public override void Apply(PieceList input, PieceList output)
    {
        var text = new StringBuilder(input.Text.Length + input.Pieces.Count);
        for (var i = 0; i < input.Pieces.Count; i++)
        {
            var piece = input.Pieces[i];
            var start = text.Length;
            var takesMark = prepend == PrependScheme.Always || (prepend == PrependScheme.First && piece.Start == 0 && input.BeginsInput);
            if (takesMark && input.Text[piece.Start] != ' ' && input.Text[piece.Start] != mark) text.Append(mark);
            text.Append(input.Text, piece.Start, piece.End - piece.Start).Replace(' ', mark, start, text.Length - start);
            output.Add(start, text.Length);
        }
        output.Text = text.ToString();
        if (split) SplitAtMarks(output);
    }

    private void SplitAtMarks(PieceList list)
    {
        var pieces = list.Pieces.ToArray();
        list.Pieces.Clear();
        foreach (var piece in pieces)
        {
            var start = piece.Start;
            for (var i = piece.Start + 1; i < piece.End; i++)
            {
                if (list.Text[i] != mark) continue;
                list.Add(start, i);
                start = i;
            }
            list.Add(start, piece.End);
        }
    }
}

using Ingot.Text.Tokenizers.Loading;
using Ingot.Text.Tokenizers.Patterns;
using Ingot.Text.Tokenizers.PreTokenizers;
using Ingot.Text.Tokenizers.Unicode;

namespace Ingot.Text.Tokenizers;

/// <summary>
/// From text to ids: added tokens out of the raw text, normalisation of what lies between, added tokens out of the
/// normalised text, pieces, model, what begins and ends a sequence. Thread-safe.
/// </summary>
internal sealed class TextEncoder
{
    private readonly TokenizerParts _parts;
    private readonly AddedTokenFinder _rawTokens;
    private readonly AddedTokenFinder _normalizedTokens;
    private readonly bool _looksAtBeginning;

    public TextEncoder(TokenizerParts parts)
    {
        _parts = parts;
        _looksAtBeginning = parts.PreTokenizers.Any(p => p is MetaspacePreTokenizer { LooksAtBeginning: true });
        _rawTokens = new AddedTokenFinder(parts.AddedTokens.Where(t => !t.IsNormalized).Select(t => (t.Content, t)));
        _normalizedTokens = new AddedTokenFinder(parts.AddedTokens.Where(t => t.IsNormalized).Select(t => (Normalize(t.Content), t)));
    }

    public List<int> Encode(string text, IReadOnlyList<TextSpan> untrusted, bool addSpecialTokens)
    {
        text = CodePoints.ReplaceLoneSurrogates(text);
        var ids = new List<int>((text.Length / 3) + 8);
        if (addSpecialTokens) ids.AddRange(_parts.Prefix);
        var work = new Work(ids, new OutsideParts(untrusted));
        var at = 0;
        foreach (var match in _rawTokens.FindAll(text, work.Outside.IsEmpty ? null : work.Outside.Touches))
        {
            if (match.Range.Start > at) EncodeSection(text, at, match.Range.Start, work);
            ids.Add(match.Token.Id);
            at = match.Range.End;
        }
        if (text.Length > at) EncodeSection(text, at, text.Length, work);
        if (addSpecialTokens) ids.AddRange(_parts.Suffix);
        return ids;
    }

    private sealed record Work(List<int> Ids, OutsideParts Outside)
    {
        public PieceList Pieces { get; set; } = new();

        public PieceList Spare { get; set; } = new();
    }

    private void EncodeSection(string text, int start, int end, Work work)
    {
        var section = start == 0 && end == text.Length ? text : text[start..end];
        // Where normalised characters came from matters to keep control tokens out of text from outside, and to steps that
        // treat the beginning of the input in their own way: when normalising removed it, nothing begins the input.
        var guardsTokens = _normalizedTokens.HasControl && !work.Outside.IsEmpty;
        var looksAtBeginning = _looksAtBeginning && start == 0 && _parts.Normalizers.Count > 0;
        var origins = guardsTokens || looksAtBeginning ? Enumerable.Range(start, section.Length).ToArray() : null;
        foreach (var normalizer in _parts.Normalizers)
        {
            if (section.Length > 0) section = normalizer.Normalize(section, ref origins);
        }
        var beginsInput = start == 0 && origins is not [> 0, ..];
        var at = 0;
        foreach (var match in _normalizedTokens.FindAll(section, guardsTokens ? range => work.Outside.Touches(range, origins!) : null))
        {
            if (match.Range.Start > at) EncodePieces(section, at, match.Range.Start, beginsInput && at == 0, work);
            work.Ids.Add(match.Token.Id);
            at = match.Range.End;
        }
        if (section.Length > at) EncodePieces(section, at, section.Length, beginsInput && at == 0, work);
    }

    private void EncodePieces(string text, int start, int end, bool beginsInput, Work work)
    {
        // Steps may rewrite all of the text they are given, so they get no more than this part.
        var part = start == 0 && end == text.Length ? text : text[start..end];
        work.Pieces.Reset(part, beginsInput);
        work.Pieces.Add(0, part.Length);
        foreach (var step in _parts.PreTokenizers)
        {
            work.Spare.Reset(work.Pieces.Text, beginsInput);
            step.Apply(work.Pieces, work.Spare);
            (work.Pieces, work.Spare) = (work.Spare, work.Pieces);
        }
        foreach (var piece in work.Pieces.Pieces)
            _parts.Model.Encode(work.Pieces.Text.AsSpan(piece.Start, piece.End - piece.Start), work.Ids);
    }

    private string Normalize(string text)
    {
        int[]? origins = null;
        foreach (var normalizer in _parts.Normalizers)
        {
            if (text.Length > 0) text = normalizer.Normalize(text, ref origins);
        }
        return text;
    }
}

/// <summary>Which parts of a text came from outside.</summary>
/// <param name="spans">The parts, ascending.</param>
internal sealed class OutsideParts(IReadOnlyList<TextSpan> spans)
{
    public bool IsEmpty => spans.Count == 0;

    /// <summary>Whether any unit of a range came from outside.</summary>
    public bool Touches(TextRange range)
    {
        // The first span that ends after the range's start decides.
        var (low, high) = (0, spans.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (spans[middle].End > range.Start) high = middle;
            else low = middle + 1;
        }
        return low < spans.Count && spans[low].Start < range.End;
    }

    /// <summary>Whether any unit of a range of rewritten text came from outside.</summary>
    public bool Touches(TextRange range, int[] origins)
    {
        for (var i = range.Start; i < range.End; i++)
        {
            if (Touches(new TextRange(origins[i], origins[i] + 1))) return true;
        }
        return false;
    }
}

using System.Text;

namespace Ingot.Text.Tokenizers.Unicode;

/// <summary>The four Unicode normalisation forms, in time linear in the text (sorting of mark runs aside).</summary>
/// <param name="compatible">True for the K forms.</param>
/// <param name="compose">True for the C forms.</param>
internal sealed class UnicodeNormalizer(bool compatible, bool compose)
{
    private const int HangulFirst = 0xAC00;
    private const int HangulCount = 11172;
    private const int LeadFirst = 0x1100;
    private const int LeadCount = 19;
    private const int VowelFirst = 0x1161;
    private const int VowelCount = 21;
    private const int TailBefore = 0x11A7;
    private const int TailCount = 28;

    /// <summary>Normalises a text without lone surrogates.</summary>
    /// <param name="text">The text.</param>
    /// <param name="origins">Where each unit came from, kept up with the result; null when nobody asks.</param>
    public string Normalize(string text, ref int[]? origins)
    {
        if (IsNormalizedAlready(text)) return text;

        var points = new List<(int CodePoint, int Origin)>(text.Length);
        var index = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            AddDecomposed(points, rune.Value, origins is null ? 0 : origins[index]);
            index += rune.Utf16SequenceLength;
        }
        SortMarks(points);
        if (compose) Compose(points);
        return Write(points, ref origins);
    }

    private bool IsNormalizedAlready(string text)
    {
        // Below these bounds no code point takes part in the form at all.
        var bound = compatible ? '\u00A0' : compose ? '\u0300' : '\u00C0';
        var index = 0;
        while (index < text.Length && text[index] < bound) index++;
        if (index == text.Length) return true;

        var data = NormalizationData.Instance;
        foreach (var rune in text.AsSpan(index).EnumerateRunes())
        {
            if (rune.Value < bound) continue;
            if (IsHangulPart(rune.Value) || !data.IsInert(rune.Value, compatible, compose)) return false;
        }
        return true;
    }

    private bool IsHangulPart(int codePoint) =>
        codePoint is >= HangulFirst and < HangulFirst + HangulCount
            ? !compose
            : compose && codePoint is (>= VowelFirst and < VowelFirst + VowelCount) or (> TailBefore and < TailBefore + TailCount);

    private void AddDecomposed(List<(int, int)> points, int codePoint, int origin)
    {
        if (codePoint is >= HangulFirst and < HangulFirst + HangulCount)
        {
            var syllable = codePoint - HangulFirst;
            points.Add((LeadFirst + (syllable / (VowelCount * TailCount)), origin));
            points.Add((VowelFirst + (syllable % (VowelCount * TailCount) / TailCount), origin));
            if (syllable % TailCount != 0) points.Add((TailBefore + (syllable % TailCount), origin));
            return;
        }
        if (NormalizationData.Instance.Decompose(codePoint, compatible) is not { } parts)
        {
            points.Add((codePoint, origin));
            return;
        }
        foreach (var part in parts) points.Add((part, origin));
    }

    private static void SortMarks(List<(int CodePoint, int Origin)> points)
    {
        var data = NormalizationData.Instance;
        var start = 0;
        while (start < points.Count)
        {
            if (data.ClassOf(points[start].CodePoint) == 0)
            {
                start++;
                continue;
            }
            var end = start + 1;
            while (end < points.Count && data.ClassOf(points[end].CodePoint) != 0) end++;
            if (end - start > 1)
            {
                // OrderBy is stable, which the canonical order asks for, and does not degrade on long runs.
                var sorted = points.GetRange(start, end - start).OrderBy(p => data.ClassOf(p.CodePoint)).ToList();
                for (var i = 0; i < sorted.Count; i++) points[start + i] = sorted[i];
            }
            start = end;
        }
    }

    private static void Compose(List<(int CodePoint, int Origin)> points)
    {
        var data = NormalizationData.Instance;
        var starter = -1;
        var lastClass = 0;
        var kept = 0;
        for (var i = 0; i < points.Count; i++)
        {
            var (codePoint, origin) = points[i];
            int combiningClass = data.ClassOf(codePoint);
            var blocked = starter >= 0 && kept - starter > 1 && (lastClass == 0 || lastClass >= combiningClass);
            if (starter >= 0 && !blocked && ComposePair(data, points[starter].CodePoint, codePoint) is { } composite)
            {
                points[starter] = (composite, points[starter].Origin);
                continue;
            }
            if (combiningClass == 0) starter = kept;
            lastClass = combiningClass;
            points[kept++] = (codePoint, origin);
        }
        points.RemoveRange(kept, points.Count - kept);
    }

    private static int? ComposePair(NormalizationData data, int first, int second)
    {
        if (first is >= LeadFirst and < LeadFirst + LeadCount && second is >= VowelFirst and < VowelFirst + VowelCount)
            return HangulFirst + ((((first - LeadFirst) * VowelCount) + (second - VowelFirst)) * TailCount);
        var isOpenSyllable = first is >= HangulFirst and < HangulFirst + HangulCount && (first - HangulFirst) % TailCount == 0;
        if (isOpenSyllable && second is > TailBefore and < TailBefore + TailCount)
            return first + (second - TailBefore);
        return data.Compose(first, second);
    }

    private static string Write(List<(int CodePoint, int Origin)> points, ref int[]? origins)
    {
        var text = new StringBuilder(points.Count);
        var from = origins is null ? null : new List<int>(points.Count);
        foreach (var (codePoint, origin) in points)
        {
            var rune = new Rune(codePoint);
            text.Append(rune.ToString());
            for (var i = 0; from is not null && i < rune.Utf16SequenceLength; i++) from.Add(origin);
        }
        origins = from?.ToArray();
        return text.ToString();
    }
}

using System.Buffers;
using System.Text;

namespace Ingot.Text.Tokenizers.Model;

/// <summary>What a Unigram model does with text that no token covers.</summary>
internal sealed record UnigramOptions
{
    /// <summary>The token for what is not in the vocabulary; null to leave it out.</summary>
    public int? UnknownToken { get; init; }

    /// <summary>Whether unknown text is spelled as byte tokens (<c>&lt;0xE2&gt;</c>) when all of them exist.</summary>
    public bool ByteFallback { get; init; }
}

/// <summary>
/// Unigram: of all ways to make up a piece from tokens, the one with the highest sum of scores (Viterbi). Characters that
/// no token is cost the lowest score less <see cref="UnknownPenalty"/>; neighbouring ones are one unknown token.
/// Time is linear in the text: at each character one walk, no longer than the longest token.
/// </summary>
internal sealed class UnigramModel : TokenModel
{
    private const double UnknownPenalty = 10;

    private readonly TokenTrie _trie;
    private readonly double[] _scores;
    private readonly UnigramOptions _options;
    private readonly double _unknownScore;
    private readonly int[]? _byteTokens;

    /// <summary>Makes a model over a vocabulary that changes no more.</summary>
    /// <param name="trie">The tokens that text may become.</param>
    /// <param name="vocabulary">All tokens.</param>
    /// <param name="scores">The score of each id, finite.</param>
    /// <param name="options">What becomes of unknown text.</param>
    public UnigramModel(TokenTrie trie, Vocabulary vocabulary, double[] scores, UnigramOptions options)
    {
        (_trie, _scores, _options) = (trie, scores, options);
        _unknownScore = scores.Min() - UnknownPenalty;
        if (!options.ByteFallback) return;
        _byteTokens = new int[256];
        for (var value = 0; value < 256; value++) _byteTokens[value] = vocabulary.Find($"<0x{value:X2}>") ?? TokenTrie.None;
    }

    public override void Encode(ReadOnlySpan<char> piece, List<int> ids) => EncodeWord(piece, ids);

    // The best way to make up the text before a place ends with this token; it began at Start.
    private readonly record struct Step(double Score, int Start, int Id);

    protected override void EncodeAnew(ReadOnlySpan<char> word, List<int> ids)
    {
        var rented = ArrayPool<Step>.Shared.Rent(word.Length + 1);
        var best = rented.AsSpan(0, word.Length + 1);
        FindBest(word, best);
        AddPath(word, best, ids);
        ArrayPool<Step>.Shared.Return(rented);
    }

    private void FindBest(ReadOnlySpan<char> word, Span<Step> best)
    {
        best.Fill(new Step(0, TokenTrie.None, TokenTrie.None));
        var start = 0;
        while (start < word.Length)
        {
            var next = start + (char.IsHighSurrogate(word[start]) && start + 1 < word.Length ? 2 : 1);
            var score = best[start].Score;
            var hasSingle = false;
            var node = TokenTrie.Root;
            for (var end = start; end < word.Length;)
            {
                node = _trie.Next(node, word[end++]);
                if (node == TokenTrie.None) break;
                var id = _trie.IdAt(node);
                if (id == TokenTrie.None) continue;
                Offer(ref best[end], new Step(score + _scores[id], start, id));
                hasSingle |= end == next;
            }
            if (!hasSingle) Offer(ref best[next], new Step(score + _unknownScore, start, TokenTrie.None));
            start = next;
        }
    }

    private static void Offer(ref Step best, Step step)
    {
        if (best.Start == TokenTrie.None || step.Score > best.Score) best = step;
    }

    private void AddPath(ReadOnlySpan<char> word, ReadOnlySpan<Step> best, List<int> ids)
    {
        // The path is found from its end; what it adds is turned round afterwards.
        var before = ids.Count;
        var end = word.Length;
        while (end > 0)
        {
            var step = best[end];
            if (!IsUnknown(step))
            {
                ids.Add(step.Id);
                end = step.Start;
                continue;
            }
            // Unknown text is one run; the unknown token spelled out, alone, is itself.
            var start = step.Start;
            var isSpelled = step.Id != TokenTrie.None;
            while (start > 0 && IsUnknown(best[start]))
            {
                start = best[start].Start;
                isSpelled = false;
            }
            if (isSpelled) ids.Add(step.Id);
            else AddUnknown(word[start..end], ids);
            end = start;
        }
        ids.Reverse(before, ids.Count - before);
    }

    private bool IsUnknown(Step step) => step.Id == TokenTrie.None || step.Id == _options.UnknownToken;

    private void AddUnknown(ReadOnlySpan<char> text, List<int> ids)
    {
        if (TryAddBytes(text, ids)) return;
        if (_options.UnknownToken is { } unknown) ids.Add(unknown);
    }

    private bool TryAddBytes(ReadOnlySpan<char> text, List<int> ids)
    {
        if (_byteTokens is null) return false;
        var bytes = Encoding.UTF8.GetBytes(text.ToArray());
        foreach (var value in bytes)
        {
            if (_byteTokens[value] == TokenTrie.None) return false;
        }
        for (var i = bytes.Length - 1; i >= 0; i--) ids.Add(_byteTokens[bytes[i]]);
        return true;
    }
}

using Ingot.Text.Constraints.Masks;
using Ingot.Text.Tokenizers;

namespace Ingot.Text.Constraints;

/// <summary>
/// A model's tokens, arranged for finding those a constraint allows: tries over their bytes. Special tokens are in it only as
/// themselves, never as text, and tokens that end a sequence not at all. Built once for each model, some 10 MB for 150,000
/// tokens; immutable and thread-safe.
/// </summary>
public sealed class ConstraintVocabulary
{
    // A state that can take this many plain characters, and no fewer than the next of these, allows all tokens up to there.
    private static readonly int[] SliceLengths = [3, 6, 12, int.MaxValue];

    private readonly ReadOnlyMemory<byte>[] _bytes;
    private readonly Dictionary<int, byte[]> _marks = [];
    private readonly int[] _sameBytes;
    private readonly TokenSlice[] _slices;
    private readonly TokenSlice _nothing;
    private readonly HashSet<int> _ends;

    internal ConstraintVocabulary(IReadOnlyList<ReadOnlyMemory<byte>> tokens, IEnumerable<(int Id, byte[] Bytes)> special, IEnumerable<int> ends, int size, Tokenizer? tokenizer)
    {
        Size = size;
        MaskLength = (size + 63) / 64;
        Tokenizer = tokenizer;
        _ends = [.. ends.Where(id => id >= 0 && id < size)];
        _sameBytes = new int[size];
        Array.Fill(_sameBytes, -1);
        var bytes = _bytes = new ReadOnlyMemory<byte>[size];
        for (var id = 0; id < Math.Min(size, tokens.Count); id++)
        {
            if (!_ends.Contains(id) && !tokens[id].Span.Contains(SpecialTokenBytes.Mark)) bytes[id] = tokens[id];
        }
        var plain = Distinct(bytes);
        // An added token may be both text and itself; as itself it is another entry, told from the text by its bytes.
        List<ReadOnlyMemory<byte>> entries = [.. bytes];
        List<int> owners = [.. Enumerable.Range(0, size)];
        foreach (var (id, marked) in special.OrderBy(entry => entry.Bytes, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))))
        {
            if (id >= size || _ends.Contains(id)) continue;
            _marks[id] = marked;
            entries.Add(marked);
            owners.Add(id);
        }
        // The mark is the highest byte there is, so special tokens come after all text.
        All = new VocabularyTrie([.. plain, .. Enumerable.Range(size, entries.Count - size)], entries, owners, HasTwins);
        _slices = [.. SliceLengths.Select(length => Slice(length, plain, entries, owners))];
        _nothing = new TokenSlice(0, new ulong[MaskLength], All);
    }

    /// <summary>Tokens the model scores: a mask has a bit for each.</summary>
    public int Size { get; }

    /// <summary>The length of a mask in words of 64 bits.</summary>
    public int MaskLength { get; }

    /// <summary>The tokens that end an answer; a constraint allows them exactly where the text is whole.</summary>
    public IReadOnlyCollection<int> EndOfSequenceIds => _ends;

    internal Tokenizer? Tokenizer { get; }

    internal VocabularyTrie All { get; }

    /// <summary>Arranges the tokens of a model.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="endOfSequenceIds">The tokens that end an answer.</param>
    /// <param name="size">How many tokens the model scores; often more than the tokenizer has, the others are never allowed. Null for the tokenizer's own number.</param>
    public static ConstraintVocabulary Create(Tokenizer tokenizer, IEnumerable<int> endOfSequenceIds, int? size = null)
    {
        var count = tokenizer.VocabularySize;
        var tokens = new ReadOnlyMemory<byte>[count];
        List<(int Id, byte[] Bytes)> special = [];
        for (var id = 0; id < count; id++)
        {
            if (tokenizer.IsAdded(id)) special.Add((id, SpecialTokenBytes.Of(tokenizer.TokenOf(id)!)));
            if (!tokenizer.IsSpecial(id)) tokens[id] = tokenizer.GetTokenBytes(id);
        }
        return new ConstraintVocabulary(tokens, special, endOfSequenceIds, size ?? count, tokenizer);
    }

    /// <summary>The bytes a token stands for as text; none for a special token, one that ends the sequence, and an unknown id.</summary>
    internal ReadOnlySpan<byte> TextOf(int token) => token >= 0 && token < Size && _bytes[token].Length <= VocabularyTrie.MaxDepth ? _bytes[token].Span : default;

    /// <summary>The bytes an added token has as itself; none for any other.</summary>
    internal ReadOnlySpan<byte> MarkOf(int token) => _marks.GetValueOrDefault(token);

    /// <summary>Arranges tokens that are given by their bytes.</summary>
    /// <param name="tokens">The bytes of each token, by id; none for a token that stands for no text.</param>
    /// <param name="endOfSequenceIds">The tokens that end an answer.</param>
    public static ConstraintVocabulary Create(IReadOnlyList<ReadOnlyMemory<byte>> tokens, IEnumerable<int> endOfSequenceIds) =>
        new(tokens, [], endOfSequenceIds, tokens.Count, null);

    internal bool EndsSequence(int token) => _ends.Contains(token);

    /// <summary>Marks a token and those with the same bytes.</summary>
    internal void Mark(int token, Span<ulong> mask)
    {
        for (; token >= 0; token = _sameBytes[token]) mask[token >> 6] |= 1UL << (token & 63);
    }

    private bool HasTwins(int token) => _sameBytes[token] >= 0;

    internal TokenSlice SliceFor(int plainCharacters)
    {
        for (var i = _slices.Length - 1; i >= 0; i--)
        {
            if (_slices[i].MaxCharacters <= plainCharacters) return _slices[i];
        }
        return _nothing;
    }

    private List<int> Distinct(ReadOnlyMemory<byte>[] bytes)
    {
        var ids = Enumerable.Range(0, bytes.Length).Where(id => bytes[id].Length is > 0 and <= VocabularyTrie.MaxDepth).ToArray();
        Array.Sort(ids, (a, b) => bytes[a].Span.SequenceCompareTo(bytes[b].Span) is var order and not 0 ? order : a.CompareTo(b));
        List<int> distinct = [];
        var last = -1;
        foreach (var id in ids)
        {
            if (last >= 0 && bytes[last].Span.SequenceEqual(bytes[id].Span)) _sameBytes[last] = id;
            else distinct.Add(id);
            last = id;
        }
        return distinct;
    }

    private TokenSlice Slice(int length, List<int> plain, List<ReadOnlyMemory<byte>> entries, List<int> owners)
    {
        var bits = new ulong[MaskLength];
        List<int> rest = [];
        var longest = 0;
        foreach (var id in plain)
        {
            if (PlainText.Count(entries[id].Span) is { } count && count <= length)
            {
                Mark(id, bits);
                longest = Math.Max(longest, count);
            }
            else
            {
                rest.Add(id);
            }
        }
        rest.AddRange(Enumerable.Range(Size, entries.Count - Size));
        return new TokenSlice(longest, bits, new VocabularyTrie(rest, entries, owners, HasTwins));
    }
}

using System.Runtime.InteropServices;

namespace Ingot.Text.Tokenizers.Model;

/// <summary>Turns pieces of text into token ids. Thread-safe; many requests share one.</summary>
internal abstract class TokenModel
{
    private readonly WordCache _cache = new();

    /// <summary>Adds the ids of one piece of text.</summary>
    public abstract void Encode(ReadOnlySpan<char> piece, List<int> ids);

    /// <summary>Adds the ids of a word, from memory where it was met before.</summary>
    protected void EncodeWord(ReadOnlySpan<char> word, List<int> ids)
    {
        if (word.Length > WordCache.LongestWord)
        {
            EncodeAnew(word, ids);
            return;
        }
        if (_cache.Find(word, out var hash) is { } known)
        {
            ids.AddRange(known.AsSpan());
            return;
        }
        var before = ids.Count;
        EncodeAnew(word, ids);
        _cache.Add(word, hash, CollectionsMarshal.AsSpan(ids)[before..]);
    }

    /// <summary>Adds the ids of a word; they depend on nothing else.</summary>
    protected abstract void EncodeAnew(ReadOnlySpan<char> word, List<int> ids);
}

namespace Ingot.Text.Tokenizers.Model;

/// <summary>The tokens and their ids. Filled once while loading, read-only afterwards.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _idsOfSpans;
    private readonly Dictionary<string, int> _outside = new(StringComparer.Ordinal);
    private string?[] _tokens;

    /// <summary>Makes an empty vocabulary.</summary>
    /// <param name="capacity">About how many tokens will come.</param>
    public Vocabulary(int capacity)
    {
        _ids = new Dictionary<string, int>(capacity, StringComparer.Ordinal);
        _idsOfSpans = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _tokens = new string?[Math.Max(16, capacity)];
    }

    /// <summary>The highest id plus one.</summary>
    public int Size { get; private set; }

    /// <summary>UTF-16 units of the longest token.</summary>
    public int LongestToken { get; private set; }

    /// <summary>The model's tokens with their ids.</summary>
    public IReadOnlyDictionary<string, int> Tokens => _ids;

    /// <summary>The id of a token of the model.</summary>
    public int? Find(ReadOnlySpan<char> token) => _idsOfSpans.TryGetValue(token, out var id) ? id : null;

    /// <summary>The id of an added token or a token of the model.</summary>
    public int? FindAny(string token) => _outside.TryGetValue(token, out var id) ? id : Find(token);

    /// <summary>The token of an id; null for an id nobody has.</summary>
    public string? TokenOf(int id) => (uint)id < (uint)Size ? _tokens[id] : null;

    /// <summary>Adds a token; false when the token or the id is taken.</summary>
    public bool TryAdd(string token, int id)
    {
        if (TokenOf(id) is not null || !_ids.TryAdd(token, id)) return false;
        Name(id, token);
        return true;
    }

    /// <summary>Adds a token to an id that has none; of two tokens alike the last is found, and both ids have it.</summary>
    public void AddAnyway(string token, int id)
    {
        _ids[token] = id;
        Name(id, token);
    }

    /// <summary>Adds an added token, which is found by <see cref="FindAny"/> and never by the model.</summary>
    /// <param name="token">Its content.</param>
    /// <param name="id">Its id; taken over from the vocabulary when that has it.</param>
    /// <param name="hidesOwn">Whether the model must not find its own token of that content either.</param>
    public void AddOutside(string token, int id, bool hidesOwn)
    {
        _outside[token] = id;
        if (hidesOwn) _ids.Remove(token);
        Name(id, token);
    }

    private void Name(int id, string token)
    {
        if (id >= _tokens.Length) Array.Resize(ref _tokens, Math.Max(id + 1, _tokens.Length * 2));
        _tokens[id] = token;
        Size = Math.Max(Size, id + 1);
        LongestToken = Math.Max(LongestToken, token.Length);
    }
}

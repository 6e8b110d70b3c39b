namespace Ingot.Text.Constraints;

/// <summary>The last bytes of a text, from where a token began.</summary>
internal sealed class RecentText
{
    // So many bytes are looked at to write what follows as the tokenizer would.
    private const int MaxContext = 48;

    private readonly Queue<byte[]> _tokens;
    private int _length;

    public RecentText() => _tokens = [];

    private RecentText(RecentText other) => (_tokens, _length) = (new Queue<byte[]>(other._tokens), other._length);

    public RecentText Copy() => new(this);

    /// <summary>Adds a token's bytes; those of a special one begin with the mark.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] == SpecialTokenBytes.Mark)
        {
            // No token reaches across a special one.
            _tokens.Clear();
            _length = 0;
            return;
        }
        _tokens.Enqueue(bytes.ToArray());
        _length += bytes.Length;
        while (_length > MaxContext) _length -= _tokens.Dequeue().Length;
    }

    /// <summary>The bytes; none when they begin or end in the middle of a character.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = [.. _tokens.SelectMany(token => token)];
        return System.Text.Unicode.Utf8.IsValid(bytes) ? bytes : [];
    }
}

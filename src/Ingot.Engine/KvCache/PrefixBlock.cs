using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ingot.Engine.KvCache;

/// <summary>
/// A block that, while it is known, can be found by its tokens and all tokens before them. One object for each block, filled again
/// when the block is: nobody who could tell is left then.
/// </summary>
/// <param name="id">The block; −1 for a beginning.</param>
internal sealed class PrefixBlock(int id)
{
    private readonly PrefixOrigin? _origin;
    private int[] _tokens = [];

    private PrefixBlock(PrefixOrigin origin)
        : this(-1) => _origin = origin;

    /// <summary>The block; −1 for a beginning.</summary>
    public int Id => id;

    /// <summary>The block before it; at the beginning of a sequence null, or a beginning.</summary>
    public PrefixBlock? Parent { get; private set; }

    /// <summary>The tokens whose keys and values it holds.</summary>
    public ReadOnlySpan<int> Tokens => _tokens;

    /// <summary>Whether it can be found.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Whether it holds no tokens, and only stands before those that do.</summary>
    public bool IsBeginning => Id < 0;

    /// <summary>A beginning of its own: what follows it is found by those who begin with it and by nobody else.</summary>
    public static PrefixBlock Beginning() => new(-1);

    /// <summary>The beginning of a scope in a range of lengths, of which all that are made are the same.</summary>
    /// <param name="scope">The scope's name; null for that of all without one.</param>
    /// <param name="range">Which range.</param>
    public static PrefixBlock BeginningOf(string? scope, int range) => new(new PrefixOrigin(scope, range));

    /// <summary>Whether what follows the one follows the other, too.</summary>
    public static bool AreSame(PrefixBlock? x, PrefixBlock? y) => ReferenceEquals(x, y) || (x?._origin is { } origin && origin == y?._origin);

    /// <summary>It holds these from now on. To be said while it is not known.</summary>
    public void Fill(PrefixBlock? parent, ReadOnlySpan<int> tokens)
    {
        if (_tokens.Length != tokens.Length)
            _tokens = new int[tokens.Length];
        tokens.CopyTo(_tokens);
        (Parent, IsKnown) = (parent, true);
    }

    /// <summary>What it holds is over.</summary>
    public void Forget() => (Parent, IsKnown) = (null, false);

    /// <summary>Finds blocks by what they hold. Tokens are compared, not only their hash: a wrong match would let one request read another's.</summary>
    public sealed class ByContent : IEqualityComparer<PrefixBlock>, IAlternateEqualityComparer<PrefixContent, PrefixBlock>
    {
        public bool Equals(PrefixBlock? x, PrefixBlock? y) => ReferenceEquals(x, y);

        public int GetHashCode([DisallowNull] PrefixBlock block) => GetHashCode(new PrefixContent(block.Parent, block.Tokens));

        public bool Equals(PrefixContent content, PrefixBlock block) =>
            AreSame(content.Parent, block.Parent) && content.Tokens.SequenceEqual(block.Tokens);

        // The runtime seeds HashCode anew in every process, so nobody can prepare prompts that collide.
        public int GetHashCode(PrefixContent content)
        {
            var hash = new HashCode();
            hash.Add(content.Parent?._origin is { } origin ? origin.GetHashCode() : RuntimeHelpers.GetHashCode(content.Parent));
            hash.AddBytes(MemoryMarshal.AsBytes(content.Tokens));
            return hash.ToHashCode();
        }

        public PrefixBlock Create(PrefixContent content) => throw new NotSupportedException("A block is made with its id.");
    }

    private sealed record PrefixOrigin(string? Scope, int Range);
}

/// <summary>What a block would hold.</summary>
/// <param name="parent">The block before it; null or a beginning at the beginning.</param>
/// <param name="tokens">The tokens in it.</param>
internal readonly ref struct PrefixContent(PrefixBlock? parent, ReadOnlySpan<int> tokens)
{
    public PrefixBlock? Parent { get; } = parent;

    public ReadOnlySpan<int> Tokens { get; } = tokens;
}

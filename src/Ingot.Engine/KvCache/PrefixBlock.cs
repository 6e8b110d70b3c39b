using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ingot.Engine.KvCache;

/// <summary>A full block that can be found again by its tokens and all tokens before them.</summary>
/// <param name="Parent">The block before it; at the beginning of a sequence null, or what <see cref="Beginning"/> made.</param>
/// <param name="Tokens">The tokens whose keys and values it holds.</param>
/// <param name="Id">The block; −1 for a beginning.</param>
internal sealed record PrefixBlock(PrefixBlock? Parent, int[] Tokens, int Id)
{
    /// <summary>A beginning of its own: what follows it is found by those who begin with it and by nobody else.</summary>
    public static PrefixBlock Beginning() => new(null, [], -1);

    /// <summary>Whether it holds no tokens, and only stands before those that do.</summary>
    public bool IsBeginning => Id < 0;

    /// <summary>Finds blocks by what they hold. Tokens are compared, not only their hash: a wrong match would let one request read another's.</summary>
    public sealed class ByContent : IEqualityComparer<PrefixBlock>, IAlternateEqualityComparer<PrefixContent, PrefixBlock>
    {
        public bool Equals(PrefixBlock? x, PrefixBlock? y) => ReferenceEquals(x, y);

        public int GetHashCode([DisallowNull] PrefixBlock block) => GetHashCode(new PrefixContent(block.Parent, block.Tokens));

        public bool Equals(PrefixContent content, PrefixBlock block) =>
            ReferenceEquals(content.Parent, block.Parent) && content.Tokens.SequenceEqual(block.Tokens);

        // The runtime seeds HashCode anew in every process, so nobody can prepare prompts that collide.
        public int GetHashCode(PrefixContent content)
        {
            var hash = new HashCode();
            hash.Add(RuntimeHelpers.GetHashCode(content.Parent));
            hash.AddBytes(MemoryMarshal.AsBytes(content.Tokens));
            return hash.ToHashCode();
        }

        public PrefixBlock Create(PrefixContent content) => throw new NotSupportedException("A block is made with its id.");
    }
}

/// <summary>What a block would hold.</summary>
/// <param name="parent">The block before it; null or a <see cref="PrefixBlock.Beginning"/> at the beginning.</param>
/// <param name="tokens">The tokens in it.</param>
internal readonly ref struct PrefixContent(PrefixBlock? parent, ReadOnlySpan<int> tokens)
{
    public PrefixBlock? Parent { get; } = parent;

    public ReadOnlySpan<int> Tokens { get; } = tokens;
}

namespace Ingot.Protocol.Bounds;

/// <summary>Says of a type that it is on the wire either one text or a list; bounds of entries are those of the list.</summary>
/// <param name="entry">The type of the list's entries.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TextOrListAttribute(Type entry) : Attribute
{
    /// <summary>The type of the list's entries.</summary>
    public Type Entry { get; } = entry;
}

/// <summary>What a type with <see cref="TextOrListAttribute"/> holds.</summary>
public interface ITextOrList
{
    /// <summary>The list; one entry where there is one text.</summary>
    IReadOnlyList<object?> Entries { get; }
}

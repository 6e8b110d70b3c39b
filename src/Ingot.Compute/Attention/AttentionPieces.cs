using System.Runtime.InteropServices;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Attention;

/// <summary>
/// Where members of a team leave what came of the spans of one layer's attention, when there are fewer items than members could do. Who
/// finishes an item's last span puts them together. Used by one layer after the other; owned by whoever runs the steps.
/// </summary>
public sealed unsafe class AttentionPieces : IDisposable
{
    // With fewer items for each member some would wait for others.
    private const int ItemsPerMember = 3;

    // Lines of 10,000 tokens and more in usual models; what does not fit is not divided.
    private const long FloatsPerMember = 256 << 10;

    private readonly NativeBuffer<float> _slots;
    private readonly Counter[] _done;

    /// <summary>Claims the memory; nothing for a team of one.</summary>
    /// <param name="memberCount">Members of the team.</param>
    public AttentionPieces(int memberCount)
    {
        MostItems = memberCount > 1 ? memberCount * ItemsPerMember : 0;
        _slots = new NativeBuffer<float>(memberCount > 1 ? memberCount * FloatsPerMember : 0);
        _done = new Counter[MostItems + 1];
    }

    /// <summary>More items than that are not divided; 0 for none at all.</summary>
    internal int MostItems { get; }

    /// <summary>Memory for states.</summary>
    internal long FloatCount => _slots.Length;

    /// <summary>Memory in bytes.</summary>
    internal long ByteLength => _slots.ByteLength;

    /// <summary>Memory of an item's span.</summary>
    /// <param name="offset">Floats of all spans before it.</param>
    internal float* At(long offset) => _slots.Pointer + offset;

    /// <summary>Forgets what a step left that did not come to its end. Only between steps.</summary>
    internal void Clear() => Array.Clear(_done);

    /// <summary>Says that spans of an item are done, and are in memory.</summary>
    /// <param name="item">Which one, 0 to <see cref="MostItems"/> − 1.</param>
    /// <param name="count">How many.</param>
    /// <param name="all">How many it has.</param>
    /// <returns>Whether these were the last. The caller may read all of them then.</returns>
    internal bool Finish(int item, int count, int all)
    {
        if (Interlocked.Add(ref _done[item + 1].Spans, count) < all) return false;
        _done[item + 1].Spans = 0;
        return true;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _slots.Dispose();

    // A pair of cache lines to each item; the array's first element keeps its header apart.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Counter
    {
        [FieldOffset(0)] public int Spans;
    }
}

/// <summary>Some of an item's spans, and where what comes of them is left.</summary>
/// <param name="Pieces">Null: the item is done whole.</param>
/// <param name="Item">Which item it is.</param>
/// <param name="Offset">Where its spans' states begin.</param>
/// <param name="StateFloats">How far they lie apart.</param>
/// <param name="From">The first of them, 0 for the first that the item looks at.</param>
/// <param name="To">One past the last.</param>
internal readonly record struct AttentionPiece(AttentionPieces? Pieces, int Item, long Offset, int StateFloats, int From, int To)
{
    public unsafe float* At(int span) => Pieces!.At(Offset + ((long)span * StateFloats));
}

using Ingot.Text.Constraints.Automata;

namespace Ingot.Text.Constraints.Machine;

/// <summary>Bytes that no edge of a grammar tells apart are one class: tables get a few dozen columns instead of 256.</summary>
internal sealed class ByteClasses
{
    private readonly byte[] _classOf = new byte[256];

    /// <param name="isCut">By byte value (and 256): whether a range begins there.</param>
    public ByteClasses(bool[] isCut)
    {
        List<byte> first = [];
        for (var value = 0; value < 256; value++)
        {
            if (value == 0 || isCut[value]) first.Add((byte)value);
            _classOf[value] = (byte)(first.Count - 1);
        }
        First = [.. first];
    }

    public int Count => First.Length;

    /// <summary>By class: the lowest byte in it.</summary>
    public byte[] First { get; }

    public ReadOnlySpan<byte> ClassOf => _classOf;

    /// <summary>Whether a class is one byte only.</summary>
    public bool IsSingle(int byteClass) => byteClass + 1 == Count ? First[byteClass] == 255 : First[byteClass + 1] == First[byteClass] + 1;

    public static void Cut(bool[] isCut, ReadOnlySpan<ByteEdge> edges)
    {
        foreach (var edge in edges)
        {
            isCut[edge.First] = true;
            isCut[edge.Last + 1] = true;
        }
    }

    /// <summary>The automaton's edges as a table: states times classes, -1 for none.</summary>
    public int[] Table(ByteAutomaton automaton)
    {
        var table = new int[automaton.StateCount * Count];
        for (var state = 0; state < automaton.StateCount; state++) Fill(table.AsSpan(state * Count, Count), automaton.Edges(state), 0);
        return table;
    }

    /// <summary>Writes a row of a table: by class the target, numbered from <paramref name="first"/>; -1 for none.</summary>
    public void Fill(Span<int> row, ReadOnlySpan<ByteEdge> edges, int first)
    {
        row.Fill(-1);
        foreach (var edge in edges)
        {
            for (int byteClass = _classOf[edge.First]; byteClass <= _classOf[edge.Last]; byteClass++) row[byteClass] = first + edge.Target;
        }
    }
}

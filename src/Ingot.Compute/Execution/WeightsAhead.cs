using System.Runtime.Intrinsics.X86;

namespace Ingot.Compute.Execution;

/// <summary>
/// The weights that a member of the team will read next, fetched into its second cache while it waits for others. What lies between two
/// products of few rows is work for one member; meanwhile the others' memory channels would be idle, and those are what such steps wait for.
/// </summary>
internal unsafe struct WeightsAhead
{
    // Enough for the waits there are (10 µs of what a core reads), little of a second cache.
    private const long MostBytes = 128 << 10;

    // Between two looks at whether the wait is over.
    private const int LinesAtOnce = 8;
    private const int LineBytes = 64;

    private byte* _next;
    private readonly byte* _end;

    /// <param name="from">The first of them.</param>
    /// <param name="to">One past the last.</param>
    public WeightsAhead(byte* from, byte* to)
    {
        _next = from;
        _end = from + Math.Min(to - from, MostBytes);
    }

    /// <summary>Whether this processor can be asked for it.</summary>
    public static bool IsSupported => Sse.IsSupported;

    /// <summary>Asks for some more.</summary>
    /// <returns>False when all have been asked for.</returns>
    public bool Fetch()
    {
        if (_next >= _end)
            return false;
        for (var end = _next + (LinesAtOnce * LineBytes); _next < end; _next += LineBytes)
            Sse.Prefetch1(_next);
        return true;
    }
}

namespace Ingot.Compute.Kernels.Vectors;

/// <summary>
/// What a product kernel over codes needs of a vector width. Kernels are written once over this and compiled once per width;
/// every operation rounds each lane alike in all widths, so results are the same bits.
/// </summary>
/// <typeparam name="TInt">Vector of 32-bit integers, also used for the bytes and shorts inside.</typeparam>
/// <typeparam name="TFloat">Vector of as many floats.</typeparam>
internal unsafe interface IVectorOps<TInt, TFloat> : IFloatOps<TFloat>
    where TInt : unmanaged
    where TFloat : unmanaged
{
    /// <summary>Four neighbouring inputs' bytes of each lane's output.</summary>
    static abstract TInt LoadCodes(byte* codes);

    /// <summary>The lower 4 bits of each byte.</summary>
    static abstract TInt LowHalves(TInt codes);

    /// <summary>The upper 4 bits of each byte.</summary>
    static abstract TInt HighHalves(TInt codes);

    /// <summary>A sum of <see cref="Dot"/> that starts from what <see cref="ActivationRows.HalfStarts"/> holds.</summary>
    static abstract TInt Start(int* starts);

    /// <summary>Adds each lane's four 4-bit codes times the four activations at <paramref name="x"/>; at most 8 times before <see cref="Finish(TInt)"/>.</summary>
    static abstract TInt Dot(TInt sum, TInt codes, sbyte* x);

    /// <summary>The lanes' sums as 32-bit integers.</summary>
    static abstract TInt Finish(TInt sum);

    /// <summary>As <see cref="Dot"/> for 8-bit codes: the first of two partial sums.</summary>
    static abstract TInt DotLow(TInt sum, TInt codes, sbyte* x);

    /// <summary>The second of two partial sums.</summary>
    static abstract TInt DotHigh(TInt sum, TInt codes, sbyte* x);

    /// <summary>Both partial sums of 8-bit codes together; <paramref name="start"/> is what <see cref="ActivationRows.Starts"/> holds.</summary>
    static abstract TInt Finish(TInt low, TInt high, int start);

    /// <summary>lanes − subtrahend, as floats.</summary>
    static abstract TFloat Subtract(TInt lanes, int subtrahend);

    /// <summary>The lanes as floats.</summary>
    static abstract TFloat ToFloat(TInt lanes);

    static abstract TFloat LoadBytes(byte* source);
}

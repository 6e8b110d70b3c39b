namespace Ingot.Compute.Kernels.Vectors;

/// <summary>What a product kernel over floats needs of a vector width. Every operation rounds each lane alike in all widths.</summary>
/// <typeparam name="TFloat">Vector of floats.</typeparam>
internal unsafe interface IFloatOps<TFloat>
    where TFloat : unmanaged
{
    /// <summary>Outputs in a vector.</summary>
    static abstract int Lanes { get; }

    static abstract TFloat Load(float* source);

    static abstract TFloat LoadHalf(ushort* source);

    static abstract TFloat LoadBFloat16(ushort* source);

    static abstract TFloat LoadSignedBytes(sbyte* source);

    static abstract void Store(TFloat value, float* destination);

    static abstract TFloat Broadcast(float value);

    static abstract TFloat Multiply(TFloat a, TFloat b);

    /// <summary>a · b + c, rounded once; twice where the processor has no such instruction, for doing without it takes many times as long.</summary>
    static abstract TFloat MultiplyAdd(TFloat a, TFloat b, TFloat c);
}

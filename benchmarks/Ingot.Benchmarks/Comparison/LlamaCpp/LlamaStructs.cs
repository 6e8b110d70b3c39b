using System.Runtime.InteropServices;

namespace Ingot.Benchmarks.Comparison.LlamaCpp;

/// <summary>
/// How a model is read, as the library fills it in and takes it by value. Its fields change from version to version: only the one at the
/// front is touched, and there is room for more than any version has, which a caller may leave over.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 512)]
internal struct LlamaModelOptions
{
    /// <summary>Layers that a graphics processor computes.</summary>
    [FieldOffset(16)]
    public int GpuLayers;
}

/// <summary>How sequences are kept and computed; as with <see cref="LlamaModelOptions"/>, only what has not moved for years is touched.</summary>
[StructLayout(LayoutKind.Explicit, Size = 512)]
internal struct LlamaContextOptions
{
    /// <summary>Tokens of all sequences together.</summary>
    [FieldOffset(0)]
    public uint Tokens;

    /// <summary>The most tokens of a call.</summary>
    [FieldOffset(4)]
    public uint CallTokens;

    /// <summary>The most tokens computed at once; more are cut.</summary>
    [FieldOffset(8)]
    public uint StepTokens;

    /// <summary>Sequences.</summary>
    [FieldOffset(12)]
    public uint Sequences;
}

/// <summary>The tokens of a call.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaBatch
{
    /// <summary>How many there are.</summary>
    public int Count;

    /// <summary>Their ids.</summary>
    public int* Tokens;

    /// <summary>Vectors instead of ids; none.</summary>
    public float* Vectors;

    /// <summary>Their places in their sequences.</summary>
    public int* Positions;

    /// <summary>How many sequences each is part of.</summary>
    public int* SequenceCounts;

    /// <summary>Of which sequences each is part.</summary>
    public int** Sequences;

    /// <summary>Whether each one's logits are wanted.</summary>
    public sbyte* Wanted;
}

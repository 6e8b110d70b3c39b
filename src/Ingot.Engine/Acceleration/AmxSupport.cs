using System.Runtime.Intrinsics.X86;
using Ingot.Compute.Execution.Wide;

namespace Ingot.Engine.Acceleration;

/// <summary>Whether the processor multiplies matrices of 8-bit integers in units of its own (AMX), and the system lets it.</summary>
/// <param name="ProcessorRefusal">Why there are none, in a sentence; null when there are.</param>
/// <param name="SystemRefusal">Why this process may not use them, once the library has asked for them; null when it may.</param>
internal sealed record AmxSupport(Func<string?> ProcessorRefusal, Func<string?> SystemRefusal)
{
    // Leaf 7: what the processor has.
    private const int TileBit = 24;
    private const int Int8Bit = 25;

    // Leaf 1: whether the system saves registers by what it has enabled.
    private const int SavesBit = 27;

    // Leaf 13: where the state of the tiles lies among all that is saved.
    private const int TileDataLeaf = 13;
    private const int TileData = 18;

    /// <summary>The answers to CPUID: leaf and subleaf, to the four registers.</summary>
    internal delegate (int Eax, int Ebx, int Ecx, int Edx) Identification(int leaf, int subleaf);

    public static AmxSupport OfThisMachine { get; } = new(
        () => X86Base.X64.IsSupported ? Refusal(X86Base.CpuId) : "Only x86-64 processors have units for products of 8-bit matrices (AMX).",
        () => TileState.IsWithheld() ? "The system does not let this process use the processor's units for matrices (AMX)." : null);

    /// <summary>Any processor will do.</summary>
    public static AmxSupport Assumed { get; } = new(() => null, () => null);

    internal static string? Refusal(Identification cpu)
    {
        if (cpu(0, 0).Eax < TileDataLeaf || !Has(cpu(7, 0).Edx, TileBit) || !Has(cpu(7, 0).Edx, Int8Bit))
            return "The processor has no units for products of 8-bit matrices (AMX).";
        // What the system has enabled is told by how much memory it needs to save it, up to the end of the furthest piece.
        var (size, offset, _, _) = cpu(TileDataLeaf, TileData);
        bool isEnabled = Has(cpu(1, 0).Ecx, SavesBit) && size > 0 && (uint)cpu(TileDataLeaf, 0).Ebx >= (uint)offset + (uint)size;
        return isEnabled ? null : "The processor has units for matrices (AMX), but the system does not let programs use them.";
    }

    private static bool Has(int register, int bit) => (register >> bit & 1) == 1;
}

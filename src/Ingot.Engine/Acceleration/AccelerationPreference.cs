namespace Ingot.Engine.Acceleration;

/// <summary>Whether steps of many tokens may be handed to ONNX Runtime's integer products.</summary>
public enum AccelerationPreference
{
    /// <summary>Never: the same request gives the same bits in whatever company.</summary>
    Never,

    /// <summary>
    /// Where the processor has units for matrices (AMX), the library is there, the memory is enough and a trial at load finds it faster: the same request may
    /// then give other bits in other company, or cut in other steps.
    /// </summary>
    Auto,
}

/// <summary>Whether a model's steps of many tokens are accelerated, and what that takes.</summary>
/// <param name="IsUsed">Whether they are.</param>
/// <param name="MemoryBytes">Bytes of the 8-bit copies of the weights, besides the model's own; 0 without, and where it is not loaded.</param>
/// <param name="Reason">One sentence: what is done, or why nothing is.</param>
public sealed record AccelerationFacts(bool IsUsed, long MemoryBytes, string Reason);

using Ingot.OnnxRuntime;

namespace Ingot.Engine.Sessions;

/// <summary>Where the keys and values of sequences lie: each sequence has a slot, which holds one full context.</summary>
internal interface ISlotMemory : IDisposable
{
    /// <summary>Bytes of all slots.</summary>
    long ByteLength { get; }

    /// <summary>The most neighbouring slots that one run may be of.</summary>
    int MostRows { get; }

    /// <summary>Binds the keys and values of a run.</summary>
    /// <param name="firstSlot">The first row's slot.</param>
    /// <param name="rows">Neighbouring slots.</param>
    /// <param name="past">Tokens in the slot that count; of several rows the most.</param>
    /// <param name="tokens">New tokens of each row.</param>
    /// <returns>What to bind the rest to, and run. The memory's to dispose.</returns>
    OrtBinding Prepare(int firstSlot, int rows, int past, int tokens);

    /// <summary>The run that was prepared has been.</summary>
    void Complete();
}

using Ingot.Compute.Execution;
using Ingot.Compute.Threading;

namespace Ingot.Engine;

/// <summary>
/// The model step: what turns tokens and cached keys and values into logits. Knows nothing of requests.
/// Not thread-safe: one engine owns it, calls it from its one thread and disposes it.
/// </summary>
public interface IModelRunner : IDisposable
{
    /// <summary>The logits in a row; token ids are 0..this - 1.</summary>
    int VocabularySize { get; }

    /// <summary>The most tokens, prompt and output together, the model attends to.</summary>
    int ContextLength { get; }

    /// <summary>The token ids by which the model says it is done; may be empty.</summary>
    IReadOnlyList<int> EndOfSequenceIds { get; }

    /// <summary>Tokens in one block of the key-value cache.</summary>
    int BlockSize { get; }

    /// <summary>Blocks in the key-value cache; block ids are 0..this - 1.</summary>
    int BlockCount { get; }

    /// <summary>The most tokens one step may carry.</summary>
    int MaxStepTokens { get; }

    /// <summary>The most tokens of one answer that are worth computing on a guess, 0 for none. Default: as many as the engine likes.</summary>
    int MostDraftTokens => int.MaxValue;

    /// <summary>
    /// Lengths beyond which the model turns its keys by other tables (LongRoPE, dynamic scaling), ascending. A sequence that becomes longer is
    /// computed again from its beginning, and none is given blocks that were computed in another range. Default: none.
    /// </summary>
    IReadOnlyList<int> RotaryLimits => [];

    /// <summary>
    /// Whether it can <see cref="CopyBlock"/>. Default: no; then each of several answers to one prompt computes what of it does not fill a
    /// block, and at least its last token, for itself.
    /// </summary>
    bool CanCopyBlocks => false;

    /// <summary>Bytes of memory it holds: its weights and the whole cache, used or not.</summary>
    long MemoryBytes { get; }

    /// <summary>
    /// Computes one step: writes the keys and values of every token of <paramref name="batch"/> to the cache and
    /// the logits of every wanted row, in batch order, to <paramref name="logits"/>.
    /// </summary>
    /// <param name="batch">The tokens, with their positions and block tables. Valid for this call only.</param>
    /// <param name="logits">Shape [batch.LogitRowCount, VocabularySize], row-major; the caller owns it.</param>
    void Step(StepBatch batch, Span<float> logits);

    /// <summary>Copies all that a block of the cache holds to another one. Between two steps, and only if <see cref="CanCopyBlocks"/>.</summary>
    /// <param name="from">The block to read.</param>
    /// <param name="to">The block to overwrite.</param>
    /// <exception cref="NotSupportedException">It cannot.</exception>
    void CopyBlock(int from, int to) => throw new NotSupportedException("This runner copies no blocks.");

    /// <summary>
    /// Has one of the threads that compute do something short beside the next step; the others do its share of the step meanwhile.
    /// Where all cores compute, a thread of its own for that would cost the step as much time as it takes.
    /// </summary>
    /// <param name="errand">What to do, once, soon, and even if there is no next step.</param>
    /// <returns>False when no thread can, as of a runner that has no threads of its own (the default); then the caller finds another.</returns>
    bool TryGive(IThreadPoolWorkItem errand) => false;

    /// <summary>Threads that <see cref="Share"/> lends. Default 1.</summary>
    int ThreadCount => 1;

    /// <summary>Lends the threads that compute steps, between two of them. Unless a runner has any, the caller's alone does the work.</summary>
    /// <param name="work">What to do; each thread takes of it as it comes.</param>
    void Share(ISharedWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        work.Execute(0, 1);
    }
}

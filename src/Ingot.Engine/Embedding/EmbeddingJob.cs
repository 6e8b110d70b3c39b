namespace Ingot.Engine.Embedding;

/// <summary>
/// One request on its way: its sequences, the vectors so far, and the task its caller waits for. The embedder's thread
/// alone touches it, besides the caller's cancellation.
/// </summary>
internal sealed class EmbeddingJob
{
    private readonly TaskCompletionSource<IReadOnlyList<float[]>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IReadOnlyList<ReadOnlyMemory<int>> _sequences;
    private readonly CancellationToken _cancellation;
    private readonly int[] _byLength;
    private readonly float[][] _vectors;
    private int _taken;
    private int _delivered;

    public EmbeddingJob(IReadOnlyList<ReadOnlyMemory<int>> sequences, CancellationToken cancellation)
    {
        _sequences = sequences;
        _cancellation = cancellation;
        _vectors = new float[sequences.Count][];
        // The longest first: what is left for the last step then fills it best.
        _byLength = [.. Enumerable.Range(0, sequences.Count).OrderByDescending(i => sequences[i].Length)];
    }

    /// <summary>What the caller waits for: one vector a sequence, in the order given.</summary>
    public Task<IReadOnlyList<float[]>> Done => _done.Task;

    public bool IsCancelled => _cancellation.IsCancellationRequested;

    /// <summary>Whether every sequence has been taken for a step.</summary>
    public bool IsTaken => _taken == _byLength.Length;

    /// <summary>Whether it has ended, one way or another.</summary>
    public bool IsEnded => _done.Task.IsCompleted;

    /// <summary>The longest sequence not yet taken.</summary>
    public ReadOnlyMemory<int> Next => _sequences[_byLength[_taken]];

    /// <summary>Takes <see cref="Next"/>.</summary>
    /// <returns>Its place among the request's sequences.</returns>
    public int Take() => _byLength[_taken++];

    /// <summary>Hands in a vector; the last one ends the job.</summary>
    /// <returns>Whether this one did.</returns>
    public bool Deliver(int sequence, float[] vector)
    {
        _vectors[sequence] = vector;
        return ++_delivered == _vectors.Length && _done.TrySetResult(_vectors);
    }

    /// <returns>False when it has ended before.</returns>
    public bool TryFail(Exception reason) => _done.TrySetException(reason);

    /// <returns>False when it has ended before.</returns>
    public bool TryCancel() => _done.TrySetCanceled(_cancellation);
}

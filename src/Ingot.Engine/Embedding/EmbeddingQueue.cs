namespace Ingot.Engine.Embedding;

/// <summary>
/// Which sequences go into the next step: by turns from every request, so that a large one keeps nobody waiting, each
/// request's longest first, until the budget of tokens is full. Pure bookkeeping; one thread owns it.
/// </summary>
/// <remarks>
/// Who has waited longest stands first; who is served, and who arrives, goes to the end. A step begins with the first whatever its
/// length, so nobody waits more steps for a turn than requests stood before it.
/// </remarks>
internal sealed class EmbeddingQueue(int tokenBudget)
{
    private readonly List<EmbeddingJob> _jobs = [];

    /// <summary>Requests with sequences not yet taken; the next to be served first.</summary>
    public IReadOnlyList<EmbeddingJob> Jobs => _jobs;

    public void Add(EmbeddingJob job) => _jobs.Add(job);

    /// <summary>Drops requests that have ended or are wholly taken.</summary>
    /// <param name="isGone">Whether to drop one.</param>
    public void Remove(Predicate<EmbeddingJob> isGone) => _jobs.RemoveAll(isGone);

    /// <summary>Takes the next step's sequences; at least one while there are any.</summary>
    /// <param name="step">Receives each with its request and its place there; empty before.</param>
    public void TakeStep(List<(EmbeddingJob Job, int Sequence, ReadOnlyMemory<int> Tokens)> step)
    {
        int left = tokenBudget;

        // What does not fit now fits no better after others were taken.
        for (int refused = 0; refused < _jobs.Count;)
        {
            EmbeddingJob job = _jobs[refused];
            ReadOnlyMemory<int> tokens = job.Next;
            if (tokens.Length > left && step.Count > 0)
            {
                refused++;
                continue;
            }
            left -= tokens.Length;
            step.Add((job, job.Take(), tokens));
            _jobs.RemoveAt(refused);
            if (!job.IsTaken)
                _jobs.Add(job);
        }
    }
}

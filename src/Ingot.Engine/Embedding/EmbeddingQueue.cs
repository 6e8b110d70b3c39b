namespace Ingot.Engine.Embedding;

/// <summary>
/// Which sequences go into the next step: by turns from every request, so that a large one keeps nobody waiting, each
/// request's longest first, until the budget of tokens is full. Pure bookkeeping; one thread owns it.
/// </summary>
internal sealed class EmbeddingQueue(int tokenBudget)
{
    private readonly List<EmbeddingJob> _jobs = [];
    private int _turn;

    /// <summary>Requests with sequences not yet taken.</summary>
    public IReadOnlyList<EmbeddingJob> Jobs => _jobs;

    public void Add(EmbeddingJob job) => _jobs.Add(job);

    /// <summary>Drops requests that have ended or are wholly taken.</summary>
    /// <param name="isGone">Whether to drop one.</param>
    public void Remove(Predicate<EmbeddingJob> isGone) => _jobs.RemoveAll(isGone);

    /// <summary>Takes the next step's sequences; at least one while there are any.</summary>
    /// <param name="step">Receives each with its request and its place there.</param>
    public void TakeStep(List<(EmbeddingJob Job, int Sequence, ReadOnlyMemory<int> Tokens)> step)
    {
        int left = tokenBudget;
        int refused = 0;
        while (_jobs.Count > 0 && refused < _jobs.Count)
        {
            _turn %= _jobs.Count;
            EmbeddingJob job = _jobs[_turn];
            ReadOnlyMemory<int> tokens = job.Next;
            if (tokens.Length > left && step.Count > 0)
            {
                refused++;
                _turn++;
                continue;
            }
            refused = 0;
            left -= tokens.Length;
            step.Add((job, job.Take(), tokens));
            if (job.IsTaken)
                _jobs.RemoveAt(_turn);
            else
                _turn++;
        }
    }
}

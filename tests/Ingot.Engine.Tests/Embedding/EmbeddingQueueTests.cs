using Ingot.Engine.Embedding;

namespace Ingot.Engine.Tests.Embedding;

public sealed class EmbeddingQueueTests
{
    [Fact]
    public void Requests_take_turns_so_that_a_large_one_keeps_nobody_waiting()
    {
        var queue = new EmbeddingQueue(tokenBudget: 8);
        EmbeddingJob large = Job([2, 2, 2, 2, 2, 2, 2, 2]), small = Job([2]);
        queue.Add(large);
        queue.Add(small);

        var step = Take(queue);

        Assert.Equal([large, small, large, large], step.Select(part => part.Job));
        Assert.Equal(4, Take(queue).Count);
    }

    [Fact]
    public void A_step_stays_within_its_budget_and_takes_the_longest_that_fits_first()
    {
        var queue = new EmbeddingQueue(tokenBudget: 10);
        queue.Add(Job([1, 7, 4, 6, 2, 3]));

        Assert.Equal([[7], [6, 4], [3, 2, 1]], Enumerable.Range(0, 3).Select(_ => Take(queue).Select(part => part.Tokens.Length).ToArray()));
        Assert.Empty(queue.Jobs);
    }

    [Fact]
    public void What_does_not_fit_leaves_room_for_another_request()
    {
        var queue = new EmbeddingQueue(tokenBudget: 10);
        queue.Add(Job([8, 8]));
        queue.Add(Job([2]));
        queue.Add(Job([5]));

        Assert.Equal([8, 2], Take(queue).Select(part => part.Tokens.Length));
        Assert.Equal([5], Take(queue).Select(part => part.Tokens.Length));
        Assert.Equal([8], Take(queue).Select(part => part.Tokens.Length));
    }

    [Fact]
    public void Every_sequence_is_taken_once()
    {
        var queue = new EmbeddingQueue(tokenBudget: 50);
        var random = new Random(4);
        EmbeddingJob[] jobs = [.. Enumerable.Range(0, 9).Select(_ => Job([.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(1, 50))]))];
        foreach (EmbeddingJob job in jobs)
            queue.Add(job);

        List<(EmbeddingJob Job, int Sequence, ReadOnlyMemory<int> Tokens)> all = [];
        while (queue.Jobs.Count > 0)
        {
            var step = Take(queue);
            Assert.InRange(step.Sum(part => part.Tokens.Length), 1, 50);
            all.AddRange(step);
        }

        Assert.All(jobs, job => Assert.True(job.IsTaken));
        Assert.Equal(all.Count, all.Select(part => (part.Job, part.Sequence)).Distinct().Count());
    }

    private static EmbeddingJob Job(int[] lengths) => new([.. lengths.Select(length => (ReadOnlyMemory<int>)new int[length])], default);

    private static List<(EmbeddingJob Job, int Sequence, ReadOnlyMemory<int> Tokens)> Take(EmbeddingQueue queue)
    {
        List<(EmbeddingJob, int, ReadOnlyMemory<int>)> step = [];
        queue.TakeStep(step);
        return step;
    }
}

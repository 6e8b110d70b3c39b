using FsCheck;
using FsCheck.Fluent;
using Ingot.Engine.Embedding;

namespace Ingot.Engine.Tests.Embedding;

public sealed class EmbeddingQueueProperties
{
    /// <summary>Requests by the step before which they arrive, each the lengths of its sequences.</summary>
    public sealed record Load(int Budget, IReadOnlyList<IReadOnlyList<int[]>> Arrivals);

    [Fact]
    public void Whatever_arrives_meanwhile_nobody_waits_more_steps_than_requests_stand_before_it()
    {
        Prop.ForAll(Loads(), Run).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void A_long_text_gets_its_turn_though_a_short_one_comes_before_every_step()
    {
        var queue = new EmbeddingQueue(tokenBudget: 10);
        EmbeddingJob large = Job([10, 10]);
        queue.Add(large);
        Take(queue);
        int steps = 0;
        for (; !large.IsTaken && steps < 100; steps++)
        {
            queue.Add(Job([3]));
            Take(queue);
        }
        Assert.Equal(1, steps);
    }

    private static bool Run(Load load)
    {
        var queue = new EmbeddingQueue(load.Budget);
        var patience = new Dictionary<EmbeddingJob, int>();
        var taken = new HashSet<(EmbeddingJob, int)>();
        var left = new Dictionary<EmbeddingJob, int>();
        for (int step = 0; step < load.Arrivals.Count || queue.Jobs.Count > 0; step++)
        {
            foreach (int[] lengths in step < load.Arrivals.Count ? load.Arrivals[step] : [])
            {
                EmbeddingJob job = Job(lengths);
                patience[job] = queue.Jobs.Count;
                queue.Add(job);
                left[job] = lengths.Length;
            }
            if (step % 5 == 4 && queue.Jobs.Count > 2)
            {
                EmbeddingJob leaving = queue.Jobs[step % queue.Jobs.Count];
                queue.Remove(job => job == leaving);
                left[leaving] = 0;
            }

            List<(EmbeddingJob Job, int Sequence, ReadOnlyMemory<int> Tokens)> parts = Take(queue);
            Assert.True(parts.Sum(p => p.Tokens.Length) <= load.Budget, "More tokens than a step may have.");
            Assert.All(parts, p => Assert.True(taken.Add((p.Job, p.Sequence)), "A sequence was taken twice."));
            parts.ForEach(p => left[p.Job]--);
            HashSet<EmbeddingJob> served = [.. parts.Select(p => p.Job)];
            for (int place = 0; place < queue.Jobs.Count; place++)
            {
                EmbeddingJob job = queue.Jobs[place];
                patience[job] = served.Contains(job) ? place : patience[job] - 1;
                Assert.True(patience[job] >= 0, "Somebody waited longer than others stood before it.");
            }
        }
        Assert.All(left.Values, count => Assert.Equal(0, count));
        return true;
    }

    private static EmbeddingJob Job(int[] lengths) => new([.. lengths.Select(length => (ReadOnlyMemory<int>)new int[length])], default);

    private static List<(EmbeddingJob Job, int Sequence, ReadOnlyMemory<int> Tokens)> Take(EmbeddingQueue queue)
    {
        List<(EmbeddingJob, int, ReadOnlyMemory<int>)> step = [];
        queue.TakeStep(step);
        return step;
    }

    private static Arbitrary<Load> Loads() => (
        from budget in Gen.Choose(1, 40)
        from steps in Gen.Choose(1, 25)
        from arrivals in Arrivals(budget).ListOf(steps)
        select new Load(budget, [.. arrivals])).ToArbitrary();

    private static Gen<IReadOnlyList<int[]>> Arrivals(int budget) =>
        from count in Gen.Choose(0, 3)
        from jobs in (from sequences in Gen.Choose(1, 5)
                      from lengths in Gen.Choose(1, budget).ListOf(sequences)
                      select lengths.ToArray()).ListOf(count)
        select (IReadOnlyList<int[]>)[.. jobs];
}

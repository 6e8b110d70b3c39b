using FsCheck;
using FsCheck.Fluent;
using Ingot.Compute.Execution;
using Ingot.Engine.KvCache;
using Ingot.Engine.Scheduling;
using Ingot.Testing;

namespace Ingot.Engine.Tests.Scheduling;

public sealed class SchedulerProperties
{
    private const int BlockSize = 4;

    /// <summary>One request: when it comes, what it asks, whether it is cancelled some steps later, and whether it has its prompt from the one before.</summary>
    public sealed record Ask(int ArrivesAt, int PromptLength, int MaxTokens, int? CancelledAfter, bool Continues);

    /// <summary>A whole day of a scheduler.</summary>
    public sealed record Workload(int Blocks, int MaxSequences, int Budget, IReadOnlyList<Ask> Asks);

    [Fact]
    public void Under_any_load_every_sequence_ends_with_the_tokens_it_has_alone()
    {
        Prop.ForAll(Workloads(), Run).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    private static bool Run(Workload load)
    {
        var pool = new KvBlockPool(load.Blocks, BlockSize);
        var scheduler = new Scheduler(pool, load.MaxSequences, load.Budget);
        var model = new FakeRunner { BlockSize = BlockSize, BlockCount = load.Blocks, MaxStepTokens = load.Budget, EndOfSequenceIds = [0] };
        var batch = new StepBatch();
        var sequences = new Sequence?[load.Asks.Count];
        SharedPrompt[] prompts = [.. load.Asks.Select(a => new SharedPrompt(a.PromptLength, BlockSize))];
        int longestWait = LongestWait(load);

        for (int step = 0; step < longestWait; step++)
        {
            ArriveAndCancel(load, sequences, prompts, scheduler, step);
            StepPlan plan = scheduler.Schedule();
            scheduler.CheckIntegrity();
            Assert.True(plan.TokenCount <= load.Budget, $"{plan.TokenCount} tokens planned, {load.Budget} allowed");
            Assert.True(plan.Parts.Count <= load.MaxSequences);
            Assert.Equal(plan.Parts.Count, plan.Parts.Select(p => p.Sequence).Distinct().Count());
            Assert.True(plan.IsEmpty == scheduler.IsIdle, "An empty plan while there is work would hang the engine.");
            if (plan.IsEmpty && step > load.Asks.Max(a => a.ArrivesAt))
                break;
            if (!plan.IsEmpty)
                scheduler.Complete(Compute(plan, batch, model));
        }

        Assert.True(scheduler.IsIdle, "Something starved.");
        Assert.Equal(load.Blocks, pool.FreeCount);
        for (int i = 0; i < sequences.Length; i++)
            CheckOutcome(sequences[i]!, load.Asks[i] with { PromptLength = load.Asks[Source(load, i)].PromptLength }, model, Source(load, i));
        return true;
    }

    private static void ArriveAndCancel(Workload load, Sequence?[] sequences, SharedPrompt[] prompts, Scheduler scheduler, int step)
    {
        for (int i = 0; i < load.Asks.Count; i++)
        {
            Ask ask = load.Asks[i];
            if (ask.ArrivesAt == step)
            {
                int source = Source(load, i);
                int[] prompt = Some.Prompt(source, load.Asks[source].PromptLength);
                scheduler.Add(sequences[i] = new Sequence(prompt, ask.MaxTokens, new HashSet<int> { 0 }, prompts[source]));
            }
            if (ask.CancelledAfter is { } after && ask.ArrivesAt + after == step)
                scheduler.Remove(sequences[i]!);
        }
    }

    /// <summary>Whose prompt a request has.</summary>
    private static int Source(Workload load, int index)
    {
        while (index > 0 && load.Asks[index].Continues)
            index--;
        return index;
    }

    private static int[] Compute(StepPlan plan, StepBatch batch, FakeRunner model)
    {
        batch.Clear();
        foreach (PlannedTokens part in plan.Parts)
        {
            Sequence s = part.Sequence;
            batch.AddSequence(s.Tokens.Slice(s.Computed, part.Count), s.Computed, s.Blocks.Memory, part.YieldsToken ? 1 : 0);
        }
        var logits = new float[batch.LogitRowCount * model.VocabularySize];
        model.Step(batch, logits);
        int row = 0;
        return [.. plan.Parts.Select(p => p.YieldsToken ? Array.IndexOf(logits, model.Certainty, row * model.VocabularySize) - (row++ * model.VocabularySize) : -1)];
    }

    private static void CheckOutcome(Sequence sequence, Ask ask, FakeRunner model, int index)
    {
        List<int> alone = model.Expect(Some.Prompt(index, ask.PromptLength), ask.MaxTokens);
        int end = alone.IndexOf(0);
        int[] expected = [.. end < 0 ? alone : alone.Take(end + 1)];
        int[] said = sequence.Tokens[sequence.PromptLength..].ToArray();
        if (sequence.State is SequenceState.Removed)
        {
            Assert.NotNull(ask.CancelledAfter);
            Assert.Equal(expected.Take(said.Length), said);
            return;
        }
        Assert.Equal(expected, said);
        Assert.Equal(end >= 0 ? SequenceState.Stopped : SequenceState.LengthReached, sequence.State);
    }

    /// <summary>
    /// Even one after the other, each computed token by token and once more for every older one that could throw it out, all are done by then.
    /// </summary>
    private static int LongestWait(Workload load) =>
        200 + (load.Asks.Sum(a => a.MaxTokens + load.Asks.Max(b => b.PromptLength)) * (1 + load.Asks.Count));

    private static Arbitrary<Workload> Workloads() => (
        from blocks in Gen.Choose(10, 60)
        from maxSequences in Gen.Choose(1, 8)
        from spare in Gen.Choose(0, 30)
        from count in Gen.Choose(1, 20)
        from asks in Asks(blocks * BlockSize).ListOf(count)
        select new Workload(blocks, maxSequences, maxSequences + spare, [.. asks])).ToArbitrary();

    private static Gen<Ask> Asks(int cacheTokens) =>
        from arrival in Gen.Choose(0, 40)
        from prompt in Gen.Choose(1, Math.Min(30, cacheTokens / 2))
        from tokens in Gen.Choose(1, Math.Min(60, cacheTokens / 2))
        from cancelled in Gen.Frequency((3, Gen.Constant<int?>(null)), (1, Gen.Choose(0, 30).Select(n => (int?)n)))
        from continues in Gen.Elements(true, false)
        select new Ask(arrival, prompt, tokens, cancelled, continues);
}

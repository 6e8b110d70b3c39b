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

    /// <summary>A whole day of a scheduler. Guesses are this long at most, and prompt tokens in a step so many.</summary>
    public sealed record Workload(int Blocks, int MaxSequences, int Budget, int Draft, int PromptTokens, IReadOnlyList<Ask> Asks);

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
            Guess(load, scheduler, model, step);
            Sequence[] decoding = [.. scheduler.Sequences.Where(s => s.State is SequenceState.Running && s.Pending == 1)];
            StepPlan plan = scheduler.Schedule(load.PromptTokens);
            scheduler.CheckIntegrity();
            CheckPlan(load, plan, scheduler);
            Assert.All(decoding, s => Assert.True(s.State is SequenceState.Waiting || plan.Parts.Any(p => p.Sequence == s && p.YieldsToken), "An answer stood still."));
            if (plan.IsEmpty && step > load.Asks.Max(a => a.ArrivesAt))
                break;
            if (plan.IsEmpty)
                continue;
            Compute(plan, batch, model);
            scheduler.Complete();
            scheduler.CheckIntegrity();
            Assert.All(scheduler.Sequences, s => Assert.True(s.Blocks.Count <= pool.BlocksFor(s.Length), "Blocks of refused guesses were kept."));
        }

        Assert.True(scheduler.IsIdle, "Something starved.");
        Assert.Equal(load.Blocks, pool.FreeCount);
        for (int i = 0; i < sequences.Length; i++)
            CheckOutcome(sequences[i]!, load.Asks[i] with { PromptLength = load.Asks[Source(load, i)].PromptLength }, model, Source(load, i));
        return true;
    }

    private static void CheckPlan(Workload load, StepPlan plan, Scheduler scheduler)
    {
        Assert.True(plan.TokenCount <= load.Budget, $"{plan.TokenCount} tokens planned, {load.Budget} allowed");
        Assert.Equal(plan.TokenCount, plan.Parts.Sum(p => p.Count + p.Draft));
        Assert.True(plan.Parts.Where(p => !p.IsDecode && p.Count > 1).Sum(p => p.Count) <= load.PromptTokens, "More of prompts than allowed.");
        Assert.True(plan.Parts.Count <= load.MaxSequences);
        Assert.Equal(plan.Parts.Count, plan.Parts.Select(p => p.Sequence).Distinct().Count());
        Assert.True(plan.IsEmpty == scheduler.IsIdle, "An empty plan while there is work would hang the engine.");
        Assert.All(plan.Parts, p => Assert.True(p.Draft == 0 || p.YieldsToken, "A guess was planned after tokens that are not computed."));
        Assert.All(plan.Parts, p => Assert.InRange(p.Sequence.Computed + p.TokenCount, 1, p.Sequence.PromptLength + p.Sequence.MaxTokens - 1));
    }

    /// <summary>Guesses are right up to some token, or longer than what may come.</summary>
    private static void Guess(Workload load, Scheduler scheduler, FakeRunner model, int step)
    {
        if (load.Draft == 0)
            return;
        foreach (Sequence sequence in scheduler.Sequences)
        {
            var random = new Random((step * 1000) + sequence.Length);
            int[] draft = [.. model.Expect(sequence.Tokens.ToArray(), Math.Min(random.Next(load.Draft + 1), sequence.MostDraft))];
            if (draft.Length > 0 && random.Next(2) == 0)
                draft[random.Next(draft.Length)] ^= 1;
            sequence.Guess(draft);
        }
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

    private static void Compute(StepPlan plan, StepBatch batch, FakeRunner model)
    {
        batch.Clear();
        foreach (PlannedTokens part in plan.Parts)
            batch.AddSequence(part.Sequence.NextTokens(part.TokenCount), part.Sequence.Computed, part.Sequence.Blocks.Memory, part.LogitRowCount);
        var logits = new float[batch.LogitRowCount * model.VocabularySize];
        model.Step(batch, logits);
        int first = 0;
        foreach (PlannedTokens part in plan.Parts)
        {
            List<int> yielded = part.Sequence.Yielded;
            for (bool more = part.YieldsToken; more; more = part.Sequence.CanYieldMore)
                yielded.Add(Array.IndexOf(logits, model.Certainty, (first + yielded.Count) * model.VocabularySize) % model.VocabularySize);
            first += part.LogitRowCount;
        }
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
        from draft in Gen.Elements(0, 1, 3, 9)
        from promptTokens in Gen.Choose(1, 40)
        from count in Gen.Choose(1, 20)
        from asks in Asks(blocks * BlockSize).ListOf(count)
        select new Workload(blocks, maxSequences, maxSequences + spare, draft, promptTokens, [.. asks])).ToArbitrary();

    private static Gen<Ask> Asks(int cacheTokens) =>
        from arrival in Gen.Choose(0, 40)
        from prompt in Gen.Choose(1, Math.Min(30, cacheTokens / 2))
        from tokens in Gen.Choose(1, Math.Min(60, cacheTokens / 2))
        from cancelled in Gen.Frequency((3, Gen.Constant<int?>(null)), (1, Gen.Choose(0, 30).Select(n => (int?)n)))
        from continues in Gen.Elements(true, false)
        select new Ask(arrival, prompt, tokens, cancelled, continues);
}

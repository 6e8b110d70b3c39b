using Ingot.Engine.KvCache;
using Ingot.Engine.Scheduling;

namespace Ingot.Engine.Tests.Scheduling;

public sealed class SchedulerTests
{
    private static readonly HashSet<int> NoEnd = [];

    [Fact]
    public void A_long_prompt_is_read_in_chunks_and_only_the_last_yields_a_token()
    {
        Scheduler scheduler = Create(blocks: 20, budget: 16);
        scheduler.Add(Of(40));

        List<(int Count, bool Yields)> chunks = [];
        for (int i = 0; i < 3; i++)
        {
            PlannedTokens part = Assert.Single(scheduler.Schedule().Parts);
            chunks.Add((part.Count, part.YieldsToken));
            Say(scheduler, 1);
        }

        Assert.Equal([(16, false), (16, false), (8, true)], chunks);
    }

    [Fact]
    public void Decodes_come_before_prompts_and_share_the_budget()
    {
        Scheduler scheduler = Create(blocks: 40, budget: 16);
        Sequence first = Of(4), second = Of(60);
        scheduler.Add(first);
        scheduler.Schedule();
        Say(scheduler, 1);
        scheduler.Add(second);

        StepPlan plan = scheduler.Schedule();

        Assert.Equal([new PlannedTokens(first, 1), new PlannedTokens(second, 15)], plan.Parts);
        Assert.Equal((true, false), (plan.Parts[0].IsDecode, plan.Parts[1].IsDecode));
    }

    [Fact]
    public void Nobody_overtakes_the_head_of_the_queue_even_if_it_would_fit()
    {
        Scheduler scheduler = Create(blocks: 6, budget: 64);
        Sequence running = Of(12), big = Of(16), small = Of(1);
        scheduler.Add(running);
        scheduler.Add(big);
        scheduler.Add(small);

        scheduler.Schedule();

        Assert.Equal(SequenceState.Running, running.State);
        Assert.Equal([SequenceState.Waiting, SequenceState.Waiting], new[] { big.State, small.State });
    }

    [Fact]
    public void Nothing_is_admitted_that_the_answers_under_way_would_throw_out_before_it_is_read()
    {
        Scheduler scheduler = Create(blocks: 24, budget: 16);
        Sequence answering = Of(4), @long = Of(70);
        scheduler.Add(answering);
        scheduler.Schedule();
        Say(scheduler, 1);
        scheduler.Add(@long);

        // It needs 18 blocks of 22, and one token of every step is sure to be its: the answer grows by 18 blocks meanwhile.
        scheduler.Schedule(promptTokens: 2);
        Assert.Equal(SequenceState.Waiting, @long.State);

        // Now seven tokens of every step are sure to be its: the answer grows by three blocks meanwhile.
        Say(scheduler, 1);
        scheduler.Schedule(promptTokens: 14);
        Assert.Equal(SequenceState.Running, @long.State);
    }

    [Fact]
    public void When_blocks_run_out_the_youngest_gives_way_and_is_recomputed_with_what_it_has_said()
    {
        Scheduler scheduler = Create(blocks: 4, budget: 64);
        Sequence old = Of(7), young = Of(4);
        scheduler.Add(old);
        scheduler.Add(young);
        scheduler.Schedule();
        Say(scheduler, 100, 200);
        scheduler.Schedule();
        Say(scheduler, 101, 201);
        young.Guess([7, 8]);

        // Both hold two blocks; the older needs a third.
        StepPlan plan = scheduler.Schedule();

        Assert.Equal([new PlannedTokens(old, 1)], plan.Parts);
        Assert.Equal((SequenceState.Waiting, 0, 6), (young.State, young.Computed, young.Length));
        Assert.Equal(1, scheduler.PreemptionCount);
        scheduler.CheckIntegrity();

        // Nobody has needed the room of its first block, so that is found again. What was guessed is not.
        Say(scheduler, 102);
        scheduler.Remove(old);
        Assert.Equal([new PlannedTokens(young, 2)], scheduler.Schedule().Parts);
    }

    [Fact]
    public void Removing_frees_blocks_at_once_wherever_the_sequence_stands()
    {
        var pool = new KvBlockPool(blockCount: 4, blockSize: 4);
        var scheduler = new Scheduler(pool, 8, 64);
        Sequence running = Of(10), waiting = Of(10);
        scheduler.Add(running);
        scheduler.Add(waiting);
        scheduler.Schedule();

        scheduler.Remove(waiting);
        scheduler.Remove(running);
        scheduler.Remove(running);

        Assert.True(scheduler.IsIdle);
        Assert.Equal(4, pool.FreeCount);
        Say(scheduler, 1);
        Assert.Equal(10, running.Length);
        Assert.True(scheduler.Schedule().IsEmpty);
    }

    [Fact]
    public void Answers_get_a_token_each_before_the_tokens_forced_on_them_and_these_before_any_prompt()
    {
        Scheduler scheduler = Create(blocks: 100, budget: 10);
        Sequence first = Of(2), second = Of(3), prompt = Of(40);
        scheduler.Add(first);
        scheduler.Add(second);
        scheduler.Schedule();
        first.Yielded.AddRange([1, 2, 3, 4, 5]);
        second.Yielded.AddRange([1, 2, 3, 4, 5, 6, 7]);
        scheduler.Complete();
        scheduler.Add(prompt);

        Assert.Equal([new PlannedTokens(first, 5), new PlannedTokens(second, 5)], scheduler.Schedule().Parts);
        Say(scheduler, 6);
        Assert.Equal([new PlannedTokens(first, 1), new PlannedTokens(second, 2), new PlannedTokens(prompt, 7)], scheduler.Schedule().Parts);
    }

    [Fact]
    public void What_was_said_before_a_preemption_is_read_again_in_the_room_of_prompts()
    {
        Scheduler scheduler = Create(blocks: 6, budget: 64);
        Sequence old = Of(6), young = Of(3);
        scheduler.Add(old);
        scheduler.Add(young);
        scheduler.Schedule();
        old.Yielded.Add(1);
        young.Yielded.AddRange([1, 2, 3, 4, 5, 6, 7, 8, 9]);
        scheduler.Complete();
        scheduler.Schedule();
        old.Yielded.AddRange([1, 2, 3, 4, 5, 6, 7]);
        young.Yielded.Add(1);
        scheduler.Complete();

        scheduler.Schedule();
        Assert.Equal(SequenceState.Waiting, young.State);
        scheduler.Remove(old);

        // The first two of its blocks are still there.
        Assert.Equal([new PlannedTokens(young, 1)], scheduler.Schedule(promptTokens: 1).Parts);
        Assert.False(scheduler.Schedule(promptTokens: 1).Parts[0].IsDecode);
    }

    /// <summary>Books the step; its sequences, in order, say these.</summary>
    private static void Say(Scheduler scheduler, params int[] tokens)
    {
        foreach ((Sequence sequence, int token) in scheduler.PlannedOrAll().Zip(tokens))
            sequence.Yielded.Add(token);
        scheduler.Complete();
    }

    private static Scheduler Create(int blocks, int budget) => new(new KvBlockPool(blocks, blockSize: 4), maxSequences: 8, budget);

    // Prompts of different lengths have nothing in common.
    private static Sequence Of(int promptLength) => new([.. Enumerable.Repeat(promptLength, promptLength)], 100, NoEnd);
}

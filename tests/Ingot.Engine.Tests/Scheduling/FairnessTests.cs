using Ingot.Engine.KvCache;
using Ingot.Engine.Scheduling;

namespace Ingot.Engine.Tests.Scheduling;

/// <summary>Who reads beside whom.</summary>
public sealed class FairnessTests
{
    [Fact]
    public void A_short_prompt_is_read_beside_a_long_one_which_keeps_half_of_the_room()
    {
        Scheduler scheduler = Create();
        Sequence @long = Add(scheduler, Some.Prompt(1, 400)), other = Add(scheduler, Some.Prompt(2, 100)), @short = Add(scheduler, Some.Prompt(3, 7));

        Assert.Equal(
            [new PlannedTokens(@short, 7), new PlannedTokens(other, 3), new PlannedTokens(@long, 10)],
            scheduler.Schedule(promptTokens: 20).Parts);
        Say(scheduler);
        scheduler.Remove(other);
        Assert.Equal([new PlannedTokens(@short, 1), new PlannedTokens(@long, 20)], scheduler.Schedule(promptTokens: 20).Parts);
    }

    [Fact]
    public void Prompts_of_one_length_are_read_one_after_the_other()
    {
        Scheduler scheduler = Create();
        Sequence first = Add(scheduler, Some.Prompt(1, 100)), second = Add(scheduler, Some.Prompt(2, 100));

        Assert.Equal([new PlannedTokens(first, 64)], scheduler.Schedule().Parts);
        Say(scheduler);
        Assert.Equal([new PlannedTokens(first, 36), new PlannedTokens(second, 28)], scheduler.Schedule().Parts);
    }

    [Fact]
    public void One_that_would_not_be_read_yet_holds_no_blocks_but_its_place()
    {
        Scheduler scheduler = Create();
        Add(scheduler, Some.Prompt(1, 400));
        Sequence next = Add(scheduler, Some.Prompt(2, 90)), longer = Add(scheduler, Some.Prompt(3, 91)), @short = Add(scheduler, Some.Prompt(4, 5));

        scheduler.Schedule();
        Assert.Equal([SequenceState.Running, SequenceState.Waiting, SequenceState.Running], new[] { next.State, longer.State, @short.State });
        while (longer.State is SequenceState.Waiting)
        {
            Say(scheduler);
            scheduler.Schedule();
        }

        Assert.Equal(1, next.Pending);
    }

    [Fact]
    public void With_room_for_one_token_it_is_the_oldest_prompts()
    {
        Scheduler scheduler = Create();
        Sequence first = Add(scheduler, Some.Prompt(1, 100));
        Add(scheduler, Some.Prompt(2, 1));

        Assert.Equal([new PlannedTokens(first, 1)], scheduler.Schedule(promptTokens: 1).Parts);
    }

    [Fact]
    public void A_prompt_waits_for_another_that_is_reading_the_same_beginning_and_others_go_ahead()
    {
        Scheduler scheduler = Create();
        int[] beginning = Some.Prompt(1, 80);
        Sequence first = Add(scheduler, [.. beginning, 1, 2, 3]), second = Add(scheduler, [.. beginning, 4, 5, 6, 7, 8]), @short = Add(scheduler, Some.Prompt(2, 9));

        Assert.Equal([new PlannedTokens(@short, 9), new PlannedTokens(first, 55)], scheduler.Schedule().Parts);
        Say(scheduler);
        Assert.Equal([new PlannedTokens(@short, 1), new PlannedTokens(first, 28)], scheduler.Schedule().Parts);
        Say(scheduler);
        Assert.Contains(new PlannedTokens(second, 5), scheduler.Schedule().Parts);
        Assert.Equal(80, second.CachedTokens);
    }

    [Fact]
    public void Nobody_waits_for_a_beginning_that_is_not_to_be_shared_or_is_read_already()
    {
        Scheduler scheduler = Create();
        Sequence first = Of([.. Some.Prompt(1, 80)]), second = Of([.. Some.Prompt(1, 80)]), third = Of([.. Some.Prompt(1, 40), .. Some.Prompt(2, 40)]);
        second.Blocks.BeginWith(PrefixBlock.Beginning());
        scheduler.Add(first);
        scheduler.Schedule();
        Say(scheduler);
        scheduler.Add(second);
        scheduler.Add(third);

        scheduler.Schedule();

        Assert.Equal([SequenceState.Running, SequenceState.Running], new[] { second.State, third.State });
        Assert.Equal((0, 40), (second.CachedTokens, third.CachedTokens));
    }

    [Fact]
    public void A_short_prompt_does_not_wait_for_the_beginning_of_a_long_one_that_is_not_the_oldest()
    {
        Scheduler scheduler = Create();
        int[] beginning = Some.Prompt(1, 8);
        Add(scheduler, Some.Prompt(2, 300));
        Sequence next = Add(scheduler, [.. beginning, .. Some.Prompt(3, 250)]), @short = Add(scheduler, [.. beginning, 9]);

        scheduler.Schedule();

        Assert.Equal([SequenceState.Running, SequenceState.Running], new[] { next.State, @short.State });
    }

    [Fact]
    public void The_place_and_the_blocks_of_one_that_waits_for_a_beginning_are_kept()
    {
        Scheduler places = Create(maxSequences: 2), blocks = Create(blockCount: 45);
        foreach (Scheduler scheduler in new[] { places, blocks })
        {
            Add(scheduler, [.. Some.Prompt(1, 80), 1]);
            Sequence waits = Add(scheduler, [.. Some.Prompt(1, 80), .. Some.Prompt(2, 60)]), goesAhead = Add(scheduler, Some.Prompt(3, 30));

            scheduler.Schedule();
            Assert.Equal([SequenceState.Waiting, SequenceState.Waiting], new[] { waits.State, goesAhead.State });
            Say(scheduler);
            scheduler.Schedule();
            Say(scheduler);
            scheduler.Schedule();
            Assert.Equal([SequenceState.Running, SequenceState.Waiting], new[] { waits.State, goesAhead.State });
        }
    }

    [Fact]
    public void One_who_waited_for_a_beginning_is_still_older_than_those_who_went_ahead()
    {
        Scheduler scheduler = Create(blockCount: 60);
        Sequence first = Add(scheduler, [.. Some.Prompt(1, 80), 1]), waited = Add(scheduler, [.. Some.Prompt(1, 80), 2]), ahead = Add(scheduler, Some.Prompt(2, 30));
        while (waited.GeneratedCount == 0)
        {
            scheduler.Schedule();
            Say(scheduler);
        }

        Assert.Equal([first, waited, ahead], scheduler.Sequences);
        while (scheduler.PreemptionCount == 0)
        {
            scheduler.Schedule();
            Say(scheduler);
        }

        Assert.Equal(
            [SequenceState.Running, SequenceState.Running, SequenceState.Waiting], new[] { first.State, waited.State, ahead.State });
        scheduler.CheckIntegrity();
    }

    /// <summary>Books the step; whoever's turn it is to say something says 1.</summary>
    private static void Say(Scheduler scheduler)
    {
        foreach (Sequence sequence in scheduler.PlannedOrAll())
            sequence.Yielded.Add(1);
        scheduler.Complete();
    }

    private static Scheduler Create(int maxSequences = 8, int blockCount = 400) => new(new KvBlockPool(blockCount, blockSize: 4), maxSequences, tokenBudget: 64);

    private static Sequence Add(Scheduler scheduler, int[] prompt)
    {
        Sequence sequence = Of(prompt);
        scheduler.Add(sequence);
        return sequence;
    }

    private static Sequence Of(int[] prompt) => new(prompt, 100, new HashSet<int>());
}

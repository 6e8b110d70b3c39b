using FsCheck;
using FsCheck.Fluent;
using Ingot.Engine.Scheduling;

namespace Ingot.Engine.Tests.Scheduling;

public sealed class SchedulerProperties
{
    private long _preemptions, _forcedParts, _scoredRows, _outgrown, _forks;

    /// <summary>
    /// A long prompt beside answers under way, and short ones that come while it is read. All fit the cache.
    /// </summary>
    public sealed record Crowd(int Answers, int Room, int Long, IReadOnlyList<Ask> Short);

    [Fact]
    public void Under_any_load_every_sequence_ends_with_the_tokens_it_has_alone()
    {
        Prop.ForAll(Workload.Any(), Run).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

        Assert.True(_preemptions > 100, $"{_preemptions} preemptions say little about them.");
        Assert.True(_forcedParts > 100, $"{_forcedParts} parts of forced tokens say little about them.");
        Assert.True(_outgrown > 100, $"{_outgrown} sequences that outgrew their range say little about them.");
        Assert.True(_scoredRows > 100, $"{_scoredRows} scored rows say little about them.");
        Assert.True(_forks > 20, $"{_forks} forks say little about them.");
    }

    [Fact]
    public void Short_prompts_do_not_wait_for_a_long_one_which_takes_twice_as_long_at_most()
    {
        Prop.ForAll(Crowds(), IsFair).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    private bool Run(Workload load)
    {
        using var day = new SchedulerDay(load);
        for (int step = 0; step < load.LongestWait && day.Step() is not null; step++)
        {
        }

        day.CheckOutcomes();
        _preemptions += day.Scheduler.PreemptionCount;
        _forcedParts += day.ForcedParts;
        _scoredRows += day.ScoredRows;
        _outgrown += day.Outgrown;
        _forks += day.Forks;
        return true;
    }

    private static bool IsFair(Crowd crowd)
    {
        int longest = crowd.Answers;
        Ask[] asks =
        [
            .. Enumerable.Range(0, crowd.Answers).Select(_ => new Ask(ArrivesAt: 0, PromptLength: 1, MaxTokens: 100, Forced: 2)),
            new Ask(ArrivesAt: 10, crowd.Long, MaxTokens: 5),
            .. crowd.Short,
        ];
        using var day = new SchedulerDay(new Workload(Blocks: 4000, asks.Length, 400, Draft: 1, crowd.Room, int.MaxValue, asks));
        int mostOfOthers = crowd.Room / 2, leastOfLong = crowd.Room - mostOfOthers;
        for (int step = 0; day.Step() is { } computed; step++)
        {
            int left = day.Of(longest) is { IsReading: true } reader ? reader.Pending : 0;
            if (left > 0)
                Assert.True(computed[day.Of(longest)!] >= leastOfLong, "The long prompt got less than its half.");
            bool isAlone = Enumerable.Range(longest + 1, crowd.Short.Count).All(i => day.Of(i) is not { } other || !computed.ContainsKey(other));
            if (left > 0 && isAlone)
                Assert.Equal(crowd.Room, computed[day.Of(longest)!]);

            // Others come before a short one only while they have less left to read.
            for (int i = longest + 1; i < asks.Length; i++)
            {
                int before = crowd.Short.Where(other => other.ArrivesAt <= step).Sum(other => Math.Min(other.PromptLength, asks[i].PromptLength));
                int due = asks[i].ArrivesAt + ((before + mostOfOthers - 1) / mostOfOthers);
                Assert.True(step < due || day.Of(i) is { IsReading: false }, $"A prompt of {asks[i].PromptLength} tokens was not read in step {step}.");
            }
        }

        day.CheckOutcomes();
        return day.Scheduler.PreemptionCount == 0;
    }

    private static Arbitrary<Crowd> Crowds() => (
        from answers in Gen.Choose(0, 8)
        from room in Gen.Choose(2, 64)
        from longest in Gen.Choose(300, 800)
        from count in Gen.Choose(1, 5)
        from asks in AnyShort().ListOf(count)
        select new Crowd(answers, room, longest, [.. asks])).ToArbitrary();

    private static Gen<Ask> AnyShort() =>
        from arrival in Gen.Choose(11, 22)
        from prompt in Gen.Choose(1, 40)
        from tokens in Gen.Choose(1, 20)
        select new Ask(arrival, prompt, tokens);
}

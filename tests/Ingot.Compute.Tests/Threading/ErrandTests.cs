using Ingot.Compute.Threading;
using Ingot.Testing;

namespace Ingot.Compute.Tests.Threading;

public sealed class ErrandTests
{
    [Fact]
    public void An_idle_team_does_an_errand_awake_or_asleep_and_not_on_its_owners_thread()
    {
        using var team = new ThreadTeam(3);
        for (int round = 0; round < 20; round++)
        {
            // In half of the rounds long enough for the members' patience to end; nothing is asserted about time.
            long until = Environment.TickCount64 + (round % 2 * 3);
            while (Environment.TickCount64 < until) Thread.Yield();
            using var done = new ManualResetEventSlim();
            int thread = 0;
            var errand = new Errand(() =>
            {
                thread = Environment.CurrentManagedThreadId;
                done.Set();
            });
            // The one before may not be over when it has said that it is done.
            while (!team.TryGive(errand)) Thread.Yield();
            Assert.True(done.Wait(Waits.Longest, TestContext.Current.CancellationToken));
            Assert.NotEqual(Environment.CurrentManagedThreadId, thread);
        }
    }

    [Fact]
    public void A_member_leaves_shared_work_for_an_errand_and_comes_back()
    {
        using var team = new ThreadTeam(2);
        using var isIn = new ManualResetEventSlim();
        using var isDone = new ManualResetEventSlim();
        int entered = 0;
        team.Run(new SharedWork(member =>
        {
            if (member == 0)
            {
                Assert.True(isIn.Wait(Waits.Longest));
                Assert.True(team.TryGive(new Errand(isDone.Set)));
                Assert.True(isDone.Wait(Waits.Longest));
                // Again inside, with the same run still on.
                while (Volatile.Read(ref entered) < 2) Thread.Yield();
                return;
            }

            if (Interlocked.Increment(ref entered) > 1)
                return;
            isIn.Set();
            while (!team.TryTakeErrand(member)) Thread.Yield();
        }));
        Assert.Equal(2, entered);
    }

    [Fact]
    public void An_errand_that_takes_long_holds_up_neither_shared_work_nor_the_teams_end_and_a_second_one_is_refused_meanwhile()
    {
        using var begun = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        using var ended = new ManualResetEventSlim();
        var team = new ThreadTeam(3);
        Assert.True(team.TryGive(new Errand(() =>
        {
            begun.Set();
            mayEnd.Wait(Waits.Longest);
            ended.Set();
        })));
        Assert.True(begun.Wait(Waits.Longest, TestContext.Current.CancellationToken));
        Assert.False(team.TryGive(new Errand(() => { })));
        for (int run = 0; run < 50; run++)
        {
            int[] calls = new int[3];
            team.Run(new SharedWork(member => calls[member]++));
            Assert.Equal(1, calls[0]);
        }

        team.Dispose();
        Assert.False(ended.IsSet);
        mayEnd.Set();
        Assert.True(ended.Wait(Waits.Longest, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Work_that_needs_everyone_gets_each_member_once_whatever_errands_there_are()
    {
        using var team = new ThreadTeam(4);
        int errands = 0, given = 0;
        int[] calls = new int[4];
        for (int run = 1; run <= 2000; run++)
        {
            if (team.TryGive(new Errand(() => Interlocked.Increment(ref errands)))) given++;
            team.Run(new Work(member => calls[member]++));
            Assert.All(calls, times => Assert.Equal(run, times));
        }

        while (Volatile.Read(ref errands) < given) Thread.Yield();
        Assert.InRange(given, 1, 2000);
    }

    [Fact]
    public void Every_errand_given_is_done_once_also_when_the_team_ends()
    {
        int errands = 0, given = 0;
        for (int round = 0; round < 50; round++)
        {
            using var team = new ThreadTeam(3);
            for (int run = 0; run < 20; run++)
            {
                if (team.TryGive(new Errand(() => Interlocked.Increment(ref errands)))) given++;
                team.Run(new SharedWork(member => team.TryTakeErrand(member)));
            }
        }

        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref errands) == given, Waits.Longest));
    }

    [Fact]
    public void An_owner_without_members_takes_no_errand()
    {
        using var team = new ThreadTeam(1);
        Assert.False(team.TryGive(new Errand(() => { })));
        Assert.False(team.TryTakeErrand(0));
    }

    private sealed class Errand(Action body) : IThreadPoolWorkItem
    {
        public void Execute() => body();
    }

    private sealed class Work(Action<int> body) : ITeamWork
    {
        public void Execute(int member, int memberCount) => body(member);
    }

    private sealed class SharedWork(Action<int> body) : ISharedWork
    {
        public void Execute(int member, int memberCount) => body(member);
    }
}

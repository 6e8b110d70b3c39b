using Ingot.Compute.Execution;
using Ingot.Compute.Threading;

namespace Ingot.Compute.Tests.Execution;

public sealed class PhaseSharesTests
{
    private const int Phases = 200;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(4, 8)]
    [InlineData(9, 3)]
    public void Every_share_of_every_phase_is_taken_once_and_none_before_the_phase_before_is_done(int members, int each)
    {
        using var team = new ThreadTeam(members);
        var shares = new PhaseShares(members);
        var taken = new int[Phases, members * each];
        for (int run = 1; run <= 3; run++)
        {
            long first = shares.Begin(Phases);
            team.Run(new Work(member => TakeAll(shares, first, member, each, (phase, share) =>
            {
                for (int earlier = 0; phase > 0 && earlier < members * each; earlier++) Assert.Equal(run, Volatile.Read(ref taken[phase - 1, earlier]));
                Interlocked.Increment(ref taken[phase, share]);
            })));
            Assert.All(taken.Cast<int>(), times => Assert.Equal(run, times));
        }
    }

    [Fact]
    public void Members_who_never_come_hold_nobody_up_and_those_who_come_late_join_the_others()
    {
        using var team = new ThreadTeam(2);
        var shares = new PhaseShares(4);
        int[] done = new int[Phases];
        long first = shares.Begin(Phases);
        team.Run(new Work(member =>
        {
            // Comes when the others are half through, and not before.
            while (member == 1 && shares.Open() - first < Phases / 2) Thread.Yield();
            TakeAll(shares, first, member, 3, (phase, _) =>
            {
                Assert.True(member == 0 || phase >= Phases / 2);
                Interlocked.Increment(ref done[phase]);
            });
        }));
        Assert.All(done, count => Assert.Equal(12, count));
    }

    [Fact]
    public void A_run_that_broke_off_leaves_nothing_for_the_next()
    {
        var shares = new PhaseShares(2);
        long broken = shares.Begin(5);
        var taker = new ShareTaker(0);
        for (int taken = 0; taken < 3; taken++) Assert.True(shares.TryTake(broken, 2, ref taker, out _));

        int all = 0;
        TakeAll(shares, shares.Begin(Phases), 0, 2, (_, _) => all++);
        Assert.Equal(4 * Phases, all);
    }

    [Fact]
    public void A_member_takes_its_own_shares_in_order_and_then_those_of_the_others()
    {
        var shares = new PhaseShares(3);
        long phase = shares.Begin(1);
        var taker = new ShareTaker(1);
        var order = new List<int>();
        while (shares.TryTake(phase, 2, ref taker, out int share)) order.Add(share);
        Assert.Equal([2, 3, 4, 5, 0, 1], order);
    }

    private static void TakeAll(PhaseShares shares, long first, int member, int each, Action<int, int> work)
    {
        long open;
        while ((open = shares.Open()) < first + Phases)
        {
            var taker = new ShareTaker(member);
            while (shares.TryTake(open, each, ref taker, out int share)) work((int)(open - first), share);
            while (shares.Open() == open) Thread.Yield();
        }
    }

    private sealed class Work(Action<int> body) : ITeamWork
    {
        public void Execute(int member, int memberCount) => body(member);
    }
}

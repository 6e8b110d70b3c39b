using Ingot.Compute.Execution;
using Ingot.Compute.Threading;

namespace Ingot.Compute.Tests.Execution;

public sealed class ShareQueuesTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(4, 8)]
    [InlineData(9, 3)]
    public void Every_share_of_every_phase_is_taken_once(int members, int each)
    {
        const int Phases = 200;
        using var team = new ThreadTeam(members);
        var queues = new ShareQueues(members);
        var taken = new int[Phases, members * each];
        for (int run = 1; run <= 3; run++)
        {
            queues.Clear();
            team.Run(new Work(member =>
            {
                for (int phase = 0; phase < Phases; phase++)
                {
                    if (phase > 0) team.Barrier();
                    queues.ClearNext(member, phase);
                    int owner = member, emptied = 0;
                    while (queues.TryTake(phase, each, ref owner, ref emptied, out int share)) Interlocked.Increment(ref taken[phase, share]);
                }
            }));
            Assert.All(taken.Cast<int>(), times => Assert.Equal(run, times));
        }
    }

    [Fact]
    public void A_member_takes_its_own_shares_in_order_and_then_those_of_the_others()
    {
        var queues = new ShareQueues(3);
        int owner = 1, emptied = 0;
        var order = new List<int>();
        while (queues.TryTake(0, 2, ref owner, ref emptied, out int share)) order.Add(share);
        Assert.Equal([2, 3, 4, 5, 0, 1], order);
    }

    private sealed class Work(Action<int> body) : ITeamWork
    {
        public void Execute(int member, int memberCount) => body(member);
    }
}

using System.Globalization;
using Ingot.Compute.Machine;
using Ingot.Compute.Threading;

namespace Ingot.Compute.Tests.Threading;

public sealed class ThreadTeamTests
{
    /// <summary>The variable by which another process says how many cores this one has.</summary>
    internal const string ExpectedCores = "INGOT_TEST_CORES";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(9)]
    public void Every_member_works_once_in_each_run(int count)
    {
        using var team = new ThreadTeam(count);
        var calls = new int[count];
        for (int run = 1; run <= 200; run++)
        {
            team.Run(new Work((member, members) =>
            {
                Assert.Equal(count, members);
                calls[member]++;
            }));
            Assert.All(calls, times => Assert.Equal(run, times));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Nobody_passes_a_barrier_before_all_have_reached_it(int count)
    {
        using var team = new ThreadTeam(count);
        var reached = new int[count];
        team.Run(new Work((member, _) =>
        {
            for (int step = 1; step <= 500; step++)
            {
                Volatile.Write(ref reached[member], step);
                team.Barrier();
                for (int other = 0; other < count; other++) Assert.True(Volatile.Read(ref reached[other]) >= step);
                team.Barrier();
            }
        }));
        Assert.All(reached, step => Assert.Equal(500, step));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_members_exception_reaches_the_caller_and_frees_those_at_the_barrier(int failing)
    {
        using var team = new ThreadTeam(4);
        for (int round = 0; round < 20; round++)
        {
            var thrown = Assert.Throws<InvalidDataException>(() => team.Run(new Work((member, _) =>
            {
                if (member == failing) throw new InvalidDataException("broken");
                team.Barrier();
                team.Barrier();
            })));
            Assert.Equal("broken", thrown.Message);
        }

        int finished = 0;
        team.Run(new Work((_, _) =>
        {
            team.Barrier();
            Interlocked.Increment(ref finished);
        }));
        Assert.Equal(4, finished);
    }

    [Fact]
    public void Sleeping_members_wake_for_new_work()
    {
        using var team = new ThreadTeam(4);
        int calls = 0;
        for (int run = 0; run < 5; run++)
        {
            // Long enough for the members' patience to end; nothing is asserted about time.
            long until = Environment.TickCount64 + 5;
            while (Environment.TickCount64 < until) Thread.Yield();
            team.Run(new Work((_, _) => Interlocked.Increment(ref calls)));
        }

        Assert.Equal(20, calls);
    }

    [Fact]
    public void A_disposed_team_refuses_work()
    {
        var team = new ThreadTeam(2);
        team.Dispose();
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(new Work((_, _) => { })));
    }

    [Fact]
    public void The_default_size_is_the_cores_this_process_may_use()
    {
        using var team = new ThreadTeam();
        Assert.Equal(Environment.GetEnvironmentVariable(ExpectedCores) is { } told ? int.Parse(told, CultureInfo.InvariantCulture) : MachineCores.Count, team.Count);
        Assert.InRange(team.Count, 1, Environment.ProcessorCount);
    }

    private sealed class Work(Action<int, int> body) : ITeamWork
    {
        public void Execute(int member, int memberCount) => body(member, memberCount);
    }
}

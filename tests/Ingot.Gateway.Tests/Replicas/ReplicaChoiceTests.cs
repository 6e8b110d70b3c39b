using Ingot.Gateway.Replicas;

namespace Ingot.Gateway.Tests.Replicas;

public sealed class ReplicaChoiceTests
{
    private readonly Random _random = new(1);

    [Fact]
    public void A_key_stays_with_its_replica_as_long_as_that_has_room()
    {
        ReplicaLoad[] replicas = [new(11, 0), new(22, 0), new(33, 0)];
        int chosen = Pick(replicas, 7);

        replicas[chosen] = replicas[chosen] with { UnderWay = ReplicaChoice.AlwaysAllowed - 1 };

        Assert.Equal(chosen, Pick(replicas, 7));
    }

    [Fact]
    public void No_replica_has_more_than_its_share_and_a_quarter()
    {
        ReplicaLoad[] replicas = [new(11, 0), new(22, 0), new(33, 0), new(44, 0)];
        for (int request = 0; request < 400; request++)
        {
            int chosen = Pick(replicas, 7);
            replicas[chosen] = replicas[chosen] with { UnderWay = replicas[chosen].UnderWay + 1 };
        }

        Assert.Equal(125, replicas.Max(replica => replica.UnderWay));
    }

    [Fact]
    public void Keys_are_spread_evenly()
    {
        ReplicaLoad[] replicas = [new(11, 0), new(22, 0), new(33, 0)];
        int[] counts = new int[replicas.Length];
        for (ulong key = 0; key < 30_000; key++)
            counts[Pick(replicas, key * 0x9E3779B97F4A7C15)]++;

        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
    }

    [Fact]
    public void When_a_replica_goes_only_its_own_keys_move()
    {
        ReplicaLoad[] all = [new(11, 0), new(22, 0), new(33, 0), new(44, 0)];
        ReplicaLoad[] left = [all[0], all[1], all[3]];
        for (ulong key = 0; key < 1000; key++)
        {
            ulong before = all[Pick(all, key)].Hash;
            ulong after = left[Pick(left, key)].Hash;
            Assert.True(before == 33 || before == after);
        }
    }

    [Fact]
    public void Without_a_key_the_less_busy_of_two_is_asked()
    {
        ReplicaLoad[] replicas = [new(11, 5), new(22, 9), new(33, 9)];
        int[] counts = new int[3];
        for (int request = 0; request < 3000; request++)
            counts[Pick(replicas, null)]++;

        // Two of the three pairs have the first in them.
        Assert.InRange(counts[0], 1850, 2150);
        Assert.InRange(counts[1], 350, 650);
    }

    [Fact]
    public void The_only_one_is_asked_however_busy() => Assert.Equal(0, Pick([new(11, 100)], 7));

    private int Pick(ReplicaLoad[] replicas, ulong? key) => ReplicaChoice.Pick(replicas, key, _random);
}

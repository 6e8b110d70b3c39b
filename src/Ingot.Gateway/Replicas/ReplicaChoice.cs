namespace Ingot.Gateway.Replicas;

/// <summary>A replica that may be chosen.</summary>
/// <param name="Hash">What stands for it.</param>
/// <param name="UnderWay">Requests it is working on.</param>
internal readonly record struct ReplicaLoad(ulong Hash, int UnderWay);

/// <summary>
/// Chooses among replicas. Requests of one key go to one replica, the first in the key's own order, unless that has more than its share
/// under way: then to the next. When a replica comes or goes, only the keys that are its own move. Without a key, of two drawn by lot the
/// one with fewer requests: next to the best there is, also when others send requests there that nobody here sees.
/// </summary>
internal static class ReplicaChoice
{
    /// <summary>By how much a replica may have more than the average under way before its keys go elsewhere.</summary>
    public const double LoadFactor = 1.25;

    /// <summary>So many requests are no load yet: what a replica has in its cache is worth more than having it alone.</summary>
    public const int AlwaysAllowed = 2;

    /// <summary>The index of the replica to ask.</summary>
    /// <param name="replicas">Those that may be asked; at least one.</param>
    /// <param name="key">What requests of one conversation, or with one beginning, have in common; null for nothing.</param>
    /// <param name="random">Draws lots.</param>
    public static int Pick(ReadOnlySpan<ReplicaLoad> replicas, ulong? key, Random random)
    {
        if (replicas.Length == 1)
            return 0;
        return key is { } shared ? PickByKey(replicas, shared) : PickByLot(replicas, random);
    }

    private static int PickByKey(ReadOnlySpan<ReplicaLoad> replicas, ulong key)
    {
        long underWay = 0;
        foreach (ReplicaLoad replica in replicas)
            underWay += replica.UnderWay;
        double share = Math.Max(AlwaysAllowed, Math.Ceiling(LoadFactor * (underWay + 1) / replicas.Length));

        // The highest score of those with room: the same as going through the key's order until there is room.
        int best = -1;
        ulong bestScore = 0;
        for (int index = 0; index < replicas.Length; index++)
        {
            ulong score = Score(key, replicas[index].Hash);
            if (replicas[index].UnderWay < share && (best < 0 || score > bestScore))
                (best, bestScore) = (index, score);
        }

        return best;
    }

    private static int PickByLot(ReadOnlySpan<ReplicaLoad> replicas, Random random)
    {
        int first = random.Next(replicas.Length);
        int second = random.Next(replicas.Length - 1);
        if (second >= first)
            second++;
        return replicas[second].UnderWay < replicas[first].UnderWay ? second : first;
    }

    // A bijective mixer: every bit of both counts for every bit of the score.
    private static ulong Score(ulong key, ulong replica)
    {
        ulong mixed = key ^ (replica * 0x9E3779B97F4A7C15);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}

using Ingot.Compute.Threading;

namespace Ingot.Compute.Kernels;

/// <summary>Tiles divided evenly over a team, or done by the caller when there is none.</summary>
internal sealed class TileWork(int tileCount, Action<int, int> body) : ITeamWork
{
    public static void Run(ThreadTeam? team, int tileCount, Action<int, int> body)
    {
        if (team is null) body(0, tileCount);
        else team.Run(new TileWork(tileCount, body));
    }

    public void Execute(int member, int memberCount) =>
        body((int)((long)tileCount * member / memberCount), (int)((long)tileCount * (member + 1) / memberCount));
}

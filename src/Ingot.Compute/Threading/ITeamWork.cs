namespace Ingot.Compute.Threading;

/// <summary>Work that every member of a <see cref="ThreadTeam"/> takes part in.</summary>
public interface ITeamWork
{
    /// <summary>Called once on each member of the team, at the same time (but see <see cref="ISharedWork"/>). Members may meet at <see cref="ThreadTeam.Barrier"/> inside.</summary>
    /// <param name="member">This member's number, 0 to <paramref name="memberCount"/> − 1; the caller of Run is 0.</param>
    /// <param name="memberCount">How many members the team has, at least 1.</param>
    void Execute(int member, int memberCount);
}

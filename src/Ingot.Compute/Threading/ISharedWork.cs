namespace Ingot.Compute.Threading;

/// <summary>
/// Work that members take shares of as they come: one may join late, leave (<see cref="ThreadTeam.TryTakeErrand"/>) and join again.
/// When <see cref="ITeamWork.Execute"/> returns on the caller all shares must have been taken, or nobody would do the rest;
/// <see cref="ThreadTeam.Run"/> then waits for the members who are still at theirs, so all are done when it returns. No barriers inside.
/// </summary>
public interface ISharedWork : ITeamWork;

namespace Ingot.Compute.Threading;

/// <summary>
/// Work that members take shares of as they come: one may join late, leave (<see cref="ThreadTeam.TryTakeErrand"/>) and join again,
/// and all is done when <see cref="ITeamWork.Execute"/> returns on the caller. No barriers inside.
/// </summary>
public interface ISharedWork : ITeamWork;

namespace Ingot.Server.Http;

/// <summary>Writes some of a stream's events in a shorter way, to the same bytes.</summary>
internal interface IEventForm<in T>
{
    /// <summary>Writes an event.</summary>
    /// <returns>False when it is none of those; then nothing was written.</returns>
    bool TryWrite(T told, EventWriter events);
}

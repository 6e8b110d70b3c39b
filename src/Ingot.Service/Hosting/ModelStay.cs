namespace Ingot.Service.Hosting;

/// <summary>How long and how firmly a model stays in memory.</summary>
internal readonly record struct ModelStay
{
    // Timers take no longer time; nobody will miss an end in seven weeks.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private readonly TimeSpan? _timeToLive;

    private ModelStay(TimeSpan? timeToLive) => _timeToLive = timeToLive < TimeSpan.Zero || timeToLive > LongestTimer ? null : timeToLive;

    /// <summary>Neither idleness nor another model's need of memory ends it.</summary>
    internal bool IsPinned { get; private init; }

    /// <summary>A load asked for the time to live, so that unloading without force has to wait for its end.</summary>
    internal bool IsPromised { get; private init; }

    /// <summary>How long it stays after its last use; null means until it is unloaded.</summary>
    internal TimeSpan? IdleTime => IsPinned ? null : _timeToLive;

    /// <summary>Where nobody says; null or negative means for ever.</summary>
    internal static ModelStay Usual(TimeSpan? idleTime) => new(idleTime);

    /// <summary>As a load says.</summary>
    internal static ModelStay Of(ModelLoadOptions options, TimeSpan? usualIdleTime) => options.TimeToLive is { } timeToLive
        ? new ModelStay(timeToLive) { IsPromised = timeToLive > TimeSpan.Zero }
        : new ModelStay(usualIdleTime) { IsPinned = options.Pinned };

    /// <summary>As before, but for the time to live a request says.</summary>
    internal ModelStay With(TimeSpan? timeToLive) =>
        timeToLive is null ? this : new ModelStay(timeToLive) { IsPinned = IsPinned, IsPromised = IsPromised };
}

namespace Ingot.Service.Hosting;

/// <summary>What became of the wish to take a model out of memory.</summary>
public enum UnloadResult
{
    /// <summary>It is out of memory.</summary>
    Unloaded,

    /// <summary>It was not in memory.</summary>
    NotLoaded,

    /// <summary>It is still there: it was loaded with a time to live, which has not ended yet. Force takes it out all the same.</summary>
    KeptByTimeToLive,
}

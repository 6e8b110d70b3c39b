namespace Ingot.Testing;

/// <summary>How long tests wait for what must come.</summary>
public static class Waits
{
    /// <summary>
    /// Longer than anything takes on a small machine that is busy with all tests at once: what has not come by then never does. Only a
    /// failure takes so long.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
}

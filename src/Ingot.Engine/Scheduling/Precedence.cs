namespace Ingot.Engine.Scheduling;

/// <summary>
/// Who comes before whom. Nothing else in the scheduler says who is first, so this is where a request's priority would be
/// compared, ahead of what is compared now.
/// </summary>
internal static class Precedence
{
    /// <summary>Who is admitted first, and who keeps blocks when there are too few: whoever arrived first.</summary>
    /// <returns>Negative when it is <paramref name="a"/>.</returns>
    public static int ByAge(Sequence a, Sequence b) => a.Arrival.CompareTo(b.Arrival);

    /// <summary>Who reads first beside the oldest, which is sure of its half: whoever has least left to read, then whoever arrived first.</summary>
    /// <returns>Negative when it is <paramref name="a"/>.</returns>
    public static int ByRest(Sequence a, Sequence b) => ByRest(a, b, b.Pending);

    /// <summary>The same, where so many tokens would be left to <paramref name="b"/>, which does not run yet.</summary>
    public static int ByRest(Sequence a, Sequence b, int rest) => a.Pending == rest ? ByAge(a, b) : a.Pending.CompareTo(rest);
}

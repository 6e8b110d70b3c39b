namespace Ingot.Server.Security;

/// <summary>
/// So much in a minute: a full minute's worth at first, and what was used comes back evenly. More than there is may be taken where it
/// is not known before; then nothing is left until that is made up for. One thread at a time.
/// </summary>
/// <param name="perMinute">How much, 1 or more.</param>
/// <param name="time">The clock.</param>
internal sealed class Allowance(int perMinute, TimeProvider time)
{
    private double _left = perMinute;
    private long _at = time.GetTimestamp();

    /// <summary>How much in a minute.</summary>
    public int PerMinute => perMinute;

    /// <summary>What may be used now, whole ones; 0 when more was taken than there was.</summary>
    public int Left => (int)Math.Max(0, Math.Floor(Refill()));

    /// <summary>How long until all of it is there again.</summary>
    public TimeSpan Reset => TimeUntil(perMinute);

    /// <summary>Takes some.</summary>
    public void Take(long amount) => _left = Refill() - amount;

    /// <summary>How long until there is so much.</summary>
    public TimeSpan TimeUntil(double wanted)
    {
        double missing = wanted - Refill();
        return missing <= 0 ? TimeSpan.Zero : TimeSpan.FromMinutes(Math.Min(missing / perMinute, TimeSpan.MaxValue.TotalMinutes / 2));
    }

    private double Refill()
    {
        long now = time.GetTimestamp();
        _left = Math.Min(perMinute, _left + (time.GetElapsedTime(_at, now).TotalMinutes * perMinute));
        _at = now;
        return _left;
    }
}

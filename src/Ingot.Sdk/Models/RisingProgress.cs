namespace Microsoft.AI.Foundry.Local.Models;

/// <summary>
/// Tells a program how far a download is: 0 to 100, never falling, 100 only once, at the end. Reports on the download's own
/// thread of control, so that what the callback throws reaches the caller.
/// </summary>
internal sealed class RisingProgress(Action<float> report) : IProgress<double>
{
    // The largest number below 100: rounding must not end a download early.
    private static readonly float NotYet = MathF.BitDecrement(100f);

    private float _last = -1;

    /// <inheritdoc/>
    public void Report(double value)
    {
        float percent = value >= 100 ? 100 : Math.Clamp((float)value, 0, NotYet);
        if (percent < _last || _last == 100)
            return;
        _last = percent;
        report(percent);
    }
}

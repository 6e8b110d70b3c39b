namespace Ingot.Compute.Threading;

/// <summary>One wait's patience: spins while an answer is likely within microseconds, then gives the core to whoever needs it.</summary>
internal struct SpinThenYield
{
    private const int SpinRounds = 400;

    private int _rounds;

    public void Once()
    {
        if (_rounds < SpinRounds)
        {
            _rounds++;
            Thread.SpinWait(1);
        }
        else
        {
            Thread.Yield();
        }
    }
}

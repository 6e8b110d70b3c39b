using System.Diagnostics;
using Ingot.Engine;
using Ingot.Text.Constraints;

namespace Ingot.Benchmarks.Constraints;

/// <summary>
/// A constraint that keeps the time its masks take. It forces no token unless asked to, so that a token costs the same step of
/// the model as without a constraint.
/// </summary>
/// <param name="state">The constraint.</param>
/// <param name="times">Where the times go, of all answers of a round.</param>
/// <param name="isForcing">Whether tokens that must come are taken without a step.</param>
internal sealed class MeasuredConstraint(ConstraintState state, MaskTimes times, bool isForcing) : ITokenConstraint
{
    public bool CanContinue => state.CanContinue;

    public bool IsMaskKnown => state.IsMaskKnown;

    public void FindMask()
    {
        long started = Stopwatch.GetTimestamp();
        state.FindMask();
        times.AddBeside(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
    }

    public void FillMask(Span<ulong> allowed)
    {
        long started = Stopwatch.GetTimestamp();
        state.FillMask(allowed);
        times.AddBetween(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
    }

    public void Advance(int token) => state.Advance(token);

    public IReadOnlyList<int> TakeForced(int limit) => isForcing ? times.CountForced(state.TakeForced(limit)) : [];

    public int FitGuess(Span<int> guess, int count, out int certain)
    {
        int fitting = state.FitGuess(guess, count, out certain);
        if (isForcing)
            return fitting;
        fitting -= certain;
        certain = 0;
        return fitting;
    }
}

/// <summary>What masks took, in microseconds: those made beside steps, and what is left to do between two.</summary>
internal sealed class MaskTimes
{
    private readonly Lock _lock = new();

    public List<double> Beside { get; } = [];

    public List<double> Between { get; } = [];

    public int Forced { get; private set; }

    public void AddBeside(double microseconds)
    {
        lock (_lock)
            Beside.Add(microseconds);
    }

    public void AddBetween(double microseconds) => Between.Add(microseconds);

    public IReadOnlyList<int> CountForced(IReadOnlyList<int> tokens)
    {
        Forced += tokens.Count;
        return tokens;
    }
}

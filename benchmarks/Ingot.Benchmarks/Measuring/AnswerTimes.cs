using System.Diagnostics;

namespace Ingot.Benchmarks.Measuring;

/// <summary>When what answers given together consist of came, by <see cref="Stopwatch"/>: for each answer its tokens, or events of about as many tokens each.</summary>
internal sealed class AnswerTimes(long[][] answers)
{
    /// <summary>When the last of them had begun.</summary>
    public long AllStarted => answers.Max(stamps => stamps[0]);

    /// <summary>Tokens of all answers a second, from when all had begun until the first was done: the time in which all were under way. 0 where there was none.</summary>
    /// <param name="tokens">Tokens of each answer.</param>
    public double TokensPerSecond(int tokens)
    {
        long begun = AllStarted;
        long done = answers.Min(stamps => stamps[^1]);
        double share = answers.Sum(stamps => (double)stamps.Count(stamp => stamp > begun && stamp <= done) / stamps.Length);
        double seconds = Stopwatch.GetElapsedTime(begun, done).TotalSeconds;
        return seconds > 0 ? share * tokens / seconds : 0;
    }
}

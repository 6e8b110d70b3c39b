namespace Ingot.Benchmarks.Comparison;

/// <summary>What all tables of a run share.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Shape">The model's shape.</param>
/// <param name="Goals">What is to be reached.</param>
/// <param name="Progress">Who is told how far it is.</param>
internal sealed record CompareRun(CompareOptions Options, ModelShape Shape, Goals Goals, RunProgress Progress)
{
    /// <summary>How turns are taken.</summary>
    public Turns Turns { get; } = new(Options.Rounds, Options.Turn, Progress);
}

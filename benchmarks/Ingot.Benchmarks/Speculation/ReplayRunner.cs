using Ingot.Benchmarks.Measuring;
using Ingot.Compute.Execution;
using Ingot.Engine;

namespace Ingot.Benchmarks.Speculation;

/// <summary>
/// A real model that is made to say what is written: it computes everything, and then the logits of the written token are raised
/// above all others. So a model of random weights gives answers as a trained one would, at its own speed. One sequence at a time.
/// </summary>
internal sealed class ReplayRunner(IModelRunner model) : WatchedRunner(model)
{
    /// <summary>Prompt and answer; null leaves the model alone.</summary>
    public IReadOnlyList<int>? Script { get; set; }

    public override void Step(StepBatch batch, Span<float> logits)
    {
        base.Step(batch, logits);
        if (Script is not { } script)
            return;
        for (int row = 0; row < batch.LogitRowCount; row++)
        {
            int next = batch.Positions[batch.LogitRows[row]] + 1;
            if (next < script.Count)
                logits[(row * VocabularySize) + script[next]] = 1e9f;
        }
    }
}

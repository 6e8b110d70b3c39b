using Ingot.Compute.Threading;
using Ingot.Engine.Scheduling;

namespace Ingot.Engine;

/// <summary>
/// Chooses what all generations of a step say next, on the threads that have just computed it: each takes one generation after the other.
/// The engine thread owns it.
/// </summary>
internal sealed class StepChooser(IModelRunner runner) : ISharedWork
{
    // One alone is done before anybody else has begun.
    private const int FewestShared = 2;

    private readonly TokenChooser?[] _choosers = new TokenChooser?[runner.ThreadCount];
    private Choice[] _choices = [];
    private Memory<float> _logits;
    private int _count;
    private int _next;

    /// <summary>Chooses for every part of a step that has rows of logits. What fails, fails for its own generation.</summary>
    /// <param name="plan">The step.</param>
    /// <param name="generations">Whose sequences these are.</param>
    /// <param name="logits">All rows, in the order of the parts; changed by the call.</param>
    /// <returns>What came of each such part, in order; valid until <see cref="Forget"/>.</returns>
    public ReadOnlySpan<Choice> Choose(StepPlan plan, Dictionary<Sequence, Generation> generations, Memory<float> logits)
    {
        _logits = logits;
        _count = _next = 0;
        if (_choices.Length < plan.Parts.Count)
            _choices = new Choice[2 * plan.Parts.Count];
        int row = 0;
        foreach (PlannedTokens part in plan.Parts)
        {
            if (part.LogitRowCount > 0)
                _choices[_count++] = new Choice { Generation = generations[part.Sequence], Part = part, FirstRow = row };
            row += part.LogitRowCount;
        }
        if (_count < FewestShared)
            Execute(0, 1);
        else
            runner.Share(this);
        return _choices.AsSpan(0, _count);
    }

    /// <summary>Lets go of the generations: one that has ended is not to be kept until the next step.</summary>
    public void Forget() => Array.Clear(_choices, 0, _count);

    public void Execute(int member, int memberCount)
    {
        TokenChooser chooser = _choosers[member] ??= new TokenChooser(runner.VocabularySize);
        while (Interlocked.Increment(ref _next) is var taken && taken <= _count)
        {
            ref Choice choice = ref _choices[taken - 1];
            try
            {
                Memory<float> rows = _logits.Slice(choice.FirstRow * runner.VocabularySize, choice.Part.LogitRowCount * runner.VocabularySize);
                choice.IsMade = chooser.TryRead(choice.Generation, choice.Part, rows.Span);
            }
            catch (Exception exception)
            {
                choice.Failure = exception;
            }
        }
    }

    /// <summary>What came of choosing for one part of a step.</summary>
    public struct Choice
    {
        /// <summary>Whose.</summary>
        public required Generation Generation { get; init; }

        /// <summary>The part.</summary>
        public required PlannedTokens Part { get; init; }

        /// <summary>The first of its rows among all of the step.</summary>
        public required int FirstRow { get; init; }

        /// <summary>False when the logits were not numbers to choose by, and when it failed.</summary>
        public bool IsMade { get; set; }

        /// <summary>What was thrown; null when nothing was.</summary>
        public Exception? Failure { get; set; }
    }
}

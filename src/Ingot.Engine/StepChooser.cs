using Ingot.Compute.Threading;
using Ingot.Engine.Sampling.Rows;
using Ingot.Engine.Scheduling;

namespace Ingot.Engine;

/// <summary>
/// Chooses what all generations of a step say next, on the threads that have just computed it: each takes one generation after the other. Those
/// that are left when no more are there for everybody are gone through one by one, all threads going over the same row. What is chosen is the same
/// either way. The engine thread owns it.
/// </summary>
internal sealed class StepChooser(IModelRunner runner) : ISharedWork
{
    private readonly TokenChooser?[] _choosers = new TokenChooser?[runner.ThreadCount];
    private readonly RowTeam _team = new(runner);
    private Choice[] _choices = [];
    private Memory<float> _logits;
    private int _count;
    private int _shared;
    private int _next;

    /// <summary>Chooses for every part of a step that has rows of logits. What fails, fails for its own generation.</summary>
    /// <param name="plan">The step.</param>
    /// <param name="generations">Whose sequences these are.</param>
    /// <param name="logits">All rows, in the order of the parts, and room for one more for each fork; changed by the call.</param>
    /// <returns>What came of each such part, in order; valid until <see cref="Forget"/>.</returns>
    public ReadOnlySpan<Choice> Choose(StepPlan plan, Dictionary<Sequence, Generation> generations, Memory<float> logits)
    {
        _logits = logits;
        _count = _next = 0;
        if (_choices.Length < plan.Parts.Count)
            _choices = new Choice[2 * plan.Parts.Count];
        int row = 0, copy = 0;
        foreach (PlannedTokens part in plan.Parts)
            copy += part.LogitRowCount;
        foreach (PlannedTokens part in plan.Parts)
        {
            if (part.IsFork)
            {
                // Choosing changes the row.
                Rows(row - 1, 1).CopyTo(Rows(copy, 1));
                _choices[_count++] = new Choice { Generation = generations[part.Sequence], Part = part, FirstRow = copy++, RowCount = 1 };
            }
            else if (part.LogitRowCount > 0)
            {
                _choices[_count++] = new Choice { Generation = generations[part.Sequence], Part = part, FirstRow = row, RowCount = part.LogitRowCount };
            }
            row += part.LogitRowCount;
        }
        _shared = SharedOf(_count);
        if (_shared > 1)
            runner.Share(this);
        else
            Execute(0, 1);
        ChooseTogether();
        return _choices.AsSpan(0, _count);
    }

    /// <summary>Lets go of the generations: one that has ended is not to be kept until the next step.</summary>
    public void Forget() => Array.Clear(_choices, 0, _count);

    public void Execute(int member, int memberCount)
    {
        TokenChooser chooser = _choosers[member] ??= new TokenChooser(runner.VocabularySize);
        while (Interlocked.Increment(ref _next) is var taken && taken <= _shared)
            Make(chooser, ref _choices[taken - 1]);
    }

    /// <summary>How many of the choices the threads take one each, as often as that goes; the rest is quicker together if at least two threads would find nothing.</summary>
    private int SharedOf(int count)
    {
        int rest = count % runner.ThreadCount;
        return Row.Divides(runner.VocabularySize) && 2 * rest <= runner.ThreadCount ? count - rest : count;
    }

    private void ChooseTogether()
    {
        if (_shared == _count)
            return;
        TokenChooser chooser = _choosers[0] ??= new TokenChooser(runner.VocabularySize);
        chooser.Team = _team;
        for (int i = _shared; i < _count; i++)
            Make(chooser, ref _choices[i]);
        chooser.Team = null;
    }

    private void Make(TokenChooser chooser, ref Choice choice)
    {
        try
        {
            choice.IsMade = chooser.TryRead(choice.Generation, choice.Part, Rows(choice.FirstRow, choice.RowCount));
        }
        catch (Exception exception)
        {
            choice.Failure = exception;
        }
    }

    private Memory<float> Rows(int first, int count) => _logits.Slice(first * runner.VocabularySize, count * runner.VocabularySize);

    /// <summary>What came of choosing for one part of a step.</summary>
    public struct Choice
    {
        /// <summary>Whose.</summary>
        public required Generation Generation { get; init; }

        /// <summary>The part.</summary>
        public required PlannedTokens Part { get; init; }

        /// <summary>The first of its rows among all of the step.</summary>
        public required int FirstRow { get; init; }

        /// <summary>How many rows it has.</summary>
        public required int RowCount { get; init; }

        /// <summary>False when the logits were not numbers to choose by, and when it failed.</summary>
        public bool IsMade { get; set; }

        /// <summary>What was thrown; null when nothing was.</summary>
        public Exception? Failure { get; set; }
    }
}

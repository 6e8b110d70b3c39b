using Ingot.Engine.Scheduling;
using Ingot.Errors;

namespace Ingot.Engine;

public sealed partial class InferenceEngine
{
    /// <summary>A failed step costs the requests in it; a failure before there was a step is a defect in the bookkeeping and costs all.</summary>
    private void FailStep(Exception exception)
    {
        try
        {
            // Those whose end was booked and not told are in no plan any more.
            List<Generation> failed =
            [
                .. _scheduler.PlannedOrAll().Select(s => _generations[s]),
                .. _generations.Values.Where(g => g.Sequence.State is not (SequenceState.Running or SequenceState.Waiting)),
            ];
            _logger.StepFailed(_options.Name, failed.Count, exception);
            foreach (Generation generation in failed)
                End(generation, Failure(exception));
        }
        catch (Exception defect)
        {
            BeginAnew(defect);
        }

        CheckIntegrity();
    }

    private void CheckIntegrity()
    {
        try
        {
            _scheduler.CheckIntegrity();
            if (_scheduler.IsIdle && _generations.Count > 0)
                throw new InvalidOperationException($"{_generations.Count} requests are under way, and none is to be computed.");
        }
        catch (Exception defect)
        {
            BeginAnew(defect);
        }
    }

    /// <summary>What the bookkeeping says is wrong, so nobody's blocks can be trusted: everything under way ends, the cache is empty.</summary>
    private void BeginAnew(Exception defect)
    {
        _counters.CountIntegrityFailure();
        _logger.BookkeepingWrong(_options.Name, _generations.Count, defect);
        _scheduler.Reset();
        foreach (Generation generation in _generations.Values)
        {
            Forget(generation);
            generation.Fail(Failure(defect));
        }
        _counters.Note(_scheduler, _pool);
    }

    private static IngotException Failure(Exception reason) =>
        new(ErrorCode.Internal, "The model failed on this request; the log has the details.", inner: reason);
}

using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Threading;

namespace Ingot.Compute.Execution.Encoders;

/// <summary>A program with working memory of its own: what one batch, or one thread's part of it, runs through.</summary>
internal sealed unsafe class EncoderLane : IDisposable
{
    private readonly StepContext _step;
    private readonly ExecutionPlan _plan;
    private readonly RowBuffer _rows;

    // team: Who runs it; null for one thread alone.
    public EncoderLane(DecoderProgram program, int maxTokens, ThreadTeam? team)
    {
        _rows = program.Logits.Buffer;
        _step = new StepContext(maxTokens);
        try
        {
            _plan = new ExecutionPlan(program.Operations, maxTokens, team, _step);
        }
        catch
        {
            _step.Dispose();
            throw;
        }
    }

    /// <summary>Elements of one row of the result.</summary>
    public int Width => _rows.Width;

    /// <summary>Working memory in bytes.</summary>
    public long ByteLength => _plan.ByteLength;

    /// <summary>Runs some neighbouring sequences of a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="fromSequence">The first of them.</param>
    /// <param name="toSequence">One past the last; together no more tokens than the lane has room for.</param>
    /// <param name="rows">Row 0 of the whole batch's result.</param>
    public void Run(EncoderBatch batch, int fromSequence, int toSequence, float* rows)
    {
        _step.Fill(batch, fromSequence, toSequence);
        _rows.Pointer = rows + ((long)batch.Sequences[fromSequence].FirstRow * Width);
        _plan.Run();
        _rows.Pointer = null;
    }

    public void Dispose()
    {
        _plan.Dispose();
        _step.Dispose();
    }
}

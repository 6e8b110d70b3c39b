using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Threading;

namespace Ingot.Compute.Execution;

/// <summary>
/// A program ready to run: operations gathered into phases that need no barrier inside, and memory for every buffer,
/// shared between buffers that are never needed in the same phase. Owns that memory.
/// </summary>
internal sealed unsafe class ExecutionPlan : ITeamWork, IDisposable
{
    private readonly Operation[][] _phases;
    private readonly ThreadTeam _team;
    private readonly StepContext _step;
    private readonly NativeBuffer<float> _arena;
    private readonly ActivationBuffer[] _quantized;

    public ExecutionPlan(IReadOnlyList<Operation> operations, int maxTokens, ThreadTeam team, StepContext step)
    {
        _team = team;
        _step = step;
        _phases = PhasePlan.Arrange(operations);
        var memory = MemoryPlan.Make(_phases, maxTokens);
        _arena = new NativeBuffer<float>(memory.ArenaFloats);
        foreach (var (buffer, offset) in memory.Offsets)
            buffer.Pointer = _arena.Pointer + offset;
        _quantized = [.. memory.QuantizedPools.Select(pool => new ActivationBuffer(maxTokens, pool.Width))];
        for (var i = 0; i < _quantized.Length; i++)
        {
            foreach (var rows in memory.QuantizedPools[i].Members)
                rows.Memory = _quantized[i];
        }
    }

    /// <summary>Phases of a step: one more than its barriers.</summary>
    public int PhaseCount => _phases.Length;

    /// <summary>Working memory in bytes.</summary>
    public long ByteLength => _arena.ByteLength + _quantized.Sum(q => (long)q.RowCapacity * q.InputCapacity * 5 / 4);

    /// <summary>Runs one step on the whole team.</summary>
    public void Run() => _team.Run(this);

    public void Execute(int member, int memberCount)
    {
        for (var i = 0; i < _phases.Length; i++)
        {
            if (i > 0)
                _team.Barrier();
            foreach (var operation in _phases[i])
            {
                if (!operation.IsTail || _step.LogitRowCount > 0)
                    operation.Execute(_step, member, memberCount);
            }
        }
    }

    public void Dispose()
    {
        _arena.Dispose();
        foreach (var buffer in _quantized)
            buffer.Dispose();
    }
}

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
internal sealed unsafe class ExecutionPlan : ISharedWork, IDisposable
{
    // Enough that one share more or less does not show, few enough that taking them does not either.
    private const int MostSharesEach = 8;

    // With many rows shares take long, and the others wait for the last one as long.
    private const int MostSharesOfManyRows = 32;
    private const int ManyRows = 32;

    private readonly Operation[][] _phases;
    private readonly ThreadTeam? _team;
    private readonly StepContext _step;
    private readonly NativeBuffer<float> _arena;
    private readonly ActivationBuffer[] _quantized;
    private readonly PhaseShares _shares;
    private long _first;

    // team: Who runs it; null for one thread alone.
    public ExecutionPlan(IReadOnlyList<Operation> operations, int maxTokens, ThreadTeam? team, StepContext step)
    {
        _team = team;
        _step = step;
        _shares = new PhaseShares(team?.Count ?? 1);
        _phases = PhasePlan.Arrange(operations);
        var memory = MemoryPlan.Make(_phases, maxTokens);
        _arena = new NativeBuffer<float>(memory.ArenaFloats);
        foreach (var (buffer, offset) in memory.Offsets)
            buffer.Pointer = _arena.Pointer + offset;
        _quantized = [.. memory.QuantizedPools.Select(pool => new ActivationBuffer(pool.RowCount, pool.Width))];
        for (var i = 0; i < _quantized.Length; i++)
        {
            foreach (var rows in memory.QuantizedPools[i].Members)
                rows.Memory = _quantized[i];
        }
    }

    /// <summary>Phases of a step.</summary>
    public int PhaseCount => _phases.Length;

    /// <summary>Working memory in bytes.</summary>
    public long ByteLength => _arena.ByteLength + _quantized.Sum(q => (long)q.RowCapacity * q.InputCapacity * 11 / 8);

    /// <summary>What steps are measured by; null (as usual) for not at all. Not to be changed while one runs.</summary>
    public StepProfile? Profile { get; set; }

    /// <summary>Runs one step on the whole team, or on the calling thread where there is none.</summary>
    public void Run()
    {
        if (_team is null)
        {
            foreach (var phase in _phases)
                Execute(phase, 0, 1, member: 0);
            return;
        }

        _first = _shares.Begin(_phases.Length);
        _team.Run(this);
    }

    public void Execute(int member, int memberCount)
    {
        Profile?.Begin(member);
        for (var open = _shares.Open(); open - _first < _phases.Length; open = Next(open, member))
        {
            if (_team!.TryTakeErrand(member))
                return;
            var phase = _phases[open - _first];
            var each = SharesEach(phase, memberCount);
            int owner = member, emptied = 0, done = 0;
            for (; _shares.TryTake(open, each, ref owner, ref emptied, out var share); done++)
                Execute(phase, share, memberCount * each, member);
            _shares.Finish(open, each, done);
        }
    }

    public void Dispose()
    {
        _arena.Dispose();
        foreach (var buffer in _quantized)
            buffer.Dispose();
    }

    /// <summary>Waits until a phase is over, and says which one is open then.</summary>
    private long Next(long phase, int member)
    {
        var wait = new SpinThenYield();
        long open;
        while ((open = _shares.Open()) == phase)
        {
            _team!.ThrowIfBroken();
            wait.Once();
        }

        Profile?.Add(member, OperationKind.Waiting);
        return open;
    }

    // Operations of a phase that depend on each other are divided alike: done share by share, in order, none sees another's half-done work.
    private void Execute(Operation[] phase, int share, int shareCount, int member)
    {
        foreach (var operation in phase)
        {
            if (operation.IsTail && _step.LogitRowCount == 0)
                continue;
            operation.Execute(_step, share, shareCount);
            Profile?.Add(member, operation.Kind);
        }
    }

    // Every member must come to the same number.
    private int SharesEach(Operation[] phase, int memberCount)
    {
        if (memberCount == 1)
            return 1;
        var pieces = 0;
        foreach (var operation in phase)
            pieces = Math.Max(pieces, operation.PieceCount(_step));
        return Math.Clamp(pieces / memberCount, 1, _step.TokenCount < ManyRows ? MostSharesEach : MostSharesOfManyRows);
    }
}

using Ingot.Compute.Execution.Calibration;
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
    // Steps of more rows do not wait for the memory.
    private const int ManyRows = 32;

    private readonly Operation[][] _phases;

    // For each phase the first of a later one's that read weights; null where none follows.
    private readonly (int Phase, Operation Operation)?[] _readers;
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
        _readers = ReadersAfter(_phases);
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

    /// <summary>The phases of a step.</summary>
    public IEnumerable<Operation[]> Phases => _phases;

    /// <summary>In how many shares work is dealt out. Not to be changed while a step runs.</summary>
    public ShareLimits Limits { get; set; } = ShareLimits.Usual;

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
        var ahead = default(WeightsAhead);
        var reader = -1;
        for (var open = _shares.Open(); open - _first < _phases.Length; open = Next(open, member, ref reader, ref ahead))
        {
            if (_team!.TryTakeErrand(member))
                return;
            var phase = _phases[open - _first];
            var each = SharesEach(phase, memberCount);
            var taker = new ShareTaker(member);
            while (_shares.TryTake(open, each, ref taker, out var share))
                Execute(phase, share, memberCount * each, member);
        }
    }

    public void Dispose()
    {
        _arena.Dispose();
        foreach (var buffer in _quantized)
            buffer.Dispose();
    }

    /// <summary>Waits until a phase is over, and says which one is open then.</summary>
    // reader: The phase whose weights are 'ahead'; -1 for none yet.
    private long Next(long phase, int member, ref int reader, ref WeightsAhead ahead)
    {
        var open = _shares.Open();
        if (open == phase && WeightsAhead.IsSupported && _step.TokenCount < ManyRows && _readers[phase - _first] is { } next && next.Phase != reader)
        {
            reader = next.Phase;
            var each = SharesEach(_phases[reader], _team!.Count);
            ahead = next.Operation.Ahead(_step, member * each, (member + 1) * each, _team.Count * each);
        }

        for (var wait = new SpinThenYield(); open == phase; open = _shares.Open())
        {
            _team!.ThrowIfBroken();
            if (!ahead.Fetch())
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

    private int SharesEach(Operation[] phase, int memberCount) => Limits.Each(phase, _step, memberCount);

    private static (int Phase, Operation Operation)?[] ReadersAfter(Operation[][] phases)
    {
        var readers = new (int, Operation)?[phases.Length];
        for (var i = phases.Length - 2; i >= 0; i--)
            readers[i] = phases[i + 1].FirstOrDefault(operation => operation.Kind == OperationKind.Product) is { } reader ? (i + 1, reader) : readers[i + 1];
        return readers;
    }
}

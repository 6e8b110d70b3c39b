using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Execution.Operations;

namespace Ingot.Compute.Execution;

/// <summary>Which buffers may lie in the same memory, because no phase needs both.</summary>
internal sealed class MemoryPlan
{
    private const int AlignmentFloats = 16;

    private readonly Dictionary<object, (int First, int Last)> _lives = new(ReferenceEqualityComparer.Instance);

    private MemoryPlan(Operation[][] phases)
    {
        for (var phase = 0; phase < phases.Length; phase++)
        {
            foreach (var access in phases[phase].SelectMany(operation => operation.Accesses))
                _lives[access.Resource] = (_lives.TryGetValue(access.Resource, out var life) ? life.First : phase, phase);
        }
    }

    /// <summary>Where each buffer begins in the arena, in floats.</summary>
    public List<(RowBuffer Buffer, long Offset)> Offsets { get; } = [];

    /// <summary>Floats of the arena.</summary>
    public long ArenaFloats { get; private set; }

    /// <summary>Sets of 8-bit rows that take turns in one memory.</summary>
    public List<(int RowCount, int Width, List<QuantizedRows> Members)> QuantizedPools { get; } = [];

    public static MemoryPlan Make(Operation[][] phases, int maxTokens)
    {
        var plan = new MemoryPlan(phases);
        plan.PlaceBuffers(maxTokens);
        plan.PlaceQuantized(maxTokens);
        return plan;
    }

    // Largest first, each as low as those placed before it and alive with it allow.
    private void PlaceBuffers(int maxTokens)
    {
        var placed = new List<(long From, long To, int First, int Last)>();
        foreach (var (buffer, life) in _lives
            .Where(pair => pair.Key is RowBuffer { IsExternal: false })
            .Select(pair => ((RowBuffer)pair.Key, pair.Value))
            .OrderByDescending(pair => pair.Item1.Width * pair.Item1.RowCount(maxTokens))
            .ThenBy(pair => pair.Value.First))
        {
            var size = checked((buffer.Width * buffer.RowCount(maxTokens)) + AlignmentFloats - 1) / AlignmentFloats * AlignmentFloats;
            var offset = 0L;
            foreach (var other in placed)
            {
                if (other.First <= life.Last && life.First <= other.Last && other.From < offset + size && offset < other.To)
                    offset = other.To;
            }

            var at = placed.FindIndex(other => other.From > offset);
            placed.Insert(at < 0 ? placed.Count : at, (offset, offset + size, life.First, life.Last));
            Offsets.Add((buffer, offset));
            ArenaFloats = Math.Max(ArenaFloats, offset + size);
        }
    }

    private void PlaceQuantized(int maxTokens)
    {
        var lastUse = new List<int>();
        foreach (var (rows, life) in _lives
            .Where(pair => pair.Key is QuantizedRows)
            .Select(pair => ((QuantizedRows)pair.Key, pair.Value))
            .OrderBy(pair => pair.Value.First))
        {
            // Rows of tokens and rows of experts are of very different numbers: each kind has memory of its own.
            var rowCount = checked((int)rows.RowCount(maxTokens));
            var pool = Enumerable.Range(0, lastUse.Count).FirstOrDefault(i => lastUse[i] < life.First && QuantizedPools[i].RowCount == rowCount, -1);
            if (pool < 0)
            {
                pool = lastUse.Count;
                lastUse.Add(0);
                QuantizedPools.Add((rowCount, 0, []));
            }

            lastUse[pool] = life.Last;
            QuantizedPools[pool].Members.Add(rows);
            QuantizedPools[pool] = (rowCount, Math.Max(QuantizedPools[pool].Width, rows.Width), QuantizedPools[pool].Members);
        }
    }
}

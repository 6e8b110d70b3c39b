using Ingot.Compute.Execution;
using Ingot.OnnxRuntime;

namespace Ingot.Engine.Sessions;

/// <summary>
/// A step as runs of the graph: one for each sequence with several tokens, and common ones for those with one, whose slots are neighbours
/// or nearly so. Not thread-safe.
/// </summary>
internal sealed class SlotRuns : IDisposable
{
    // A slot between two that is not in the step is computed for nothing, which costs less than another run.
    private const int MostIdle = 2;

    private readonly DecoderPorts _ports;
    private readonly ISlotMemory _slots;
    private readonly int _length;
    private readonly int _vocabulary;
    private readonly IntegerInput _ids;
    private readonly IntegerInput? _mask, _positions;

    // Tokens a slot holds as far as is known: where an idle row of it may write, as nobody has written there that matters.
    private readonly int[] _filled;
    private readonly List<Part> _singles = [];
    private readonly List<int> _idValues = [], _positionValues = [], _pasts = [];
    private int[] _maskValues = [];

    public SlotRuns(OrtSession session, DecoderPorts ports, ISlotMemory slots, SlotShape shape, int vocabulary)
    {
        (_ports, _slots, _length, _vocabulary) = (ports, slots, shape.Length, vocabulary);
        _ids = new IntegerInput(session, ports.InputIds);
        _mask = ports.Mask is null ? null : new IntegerInput(session, ports.Mask);
        _positions = ports.Positions is null ? null : new IntegerInput(session, ports.Positions);
        _filled = new int[shape.Slots];
    }

    public void Step(StepBatch batch, Span<float> logits)
    {
        _singles.Clear();
        int row = 0;
        foreach (StepSequence sequence in batch.Sequences)
        {
            int rows = RowsOf(batch, sequence, row);
            int slot = sequence.BlockTable.Span[0];
            var part = new Part(slot, sequence.FirstToken, sequence.TokenCount, sequence.PastLength, row, rows);
            if (sequence.TokenCount == 1 && _slots.MostRows > 1)
                _singles.Add(part);
            else
                RunAlone(batch, part, logits);
            row += rows;
        }
        // After the others: an idle row of a slot that has just been read into writes behind what was read.
        RunSingles(batch, logits);
    }

    public void Dispose()
    {
        _ids.Dispose();
        _mask?.Dispose();
        _positions?.Dispose();
    }

    private static int RowsOf(StepBatch batch, StepSequence sequence, int firstRow)
    {
        int rows = 0;
        int end = sequence.FirstToken + sequence.TokenCount;
        while (firstRow + rows < batch.LogitRowCount && batch.LogitRows[firstRow + rows] < end)
            rows++;
        return rows;
    }

    private void RunAlone(StepBatch batch, Part part, Span<float> logits)
    {
        // Some graphs give the last token's row alone: of several that are wanted the others are each some run's last.
        int later = _ports.Logits.Shape is [_, 1, _] ? Math.Max(0, part.Rows - 1) : 0;
        RunOnce(batch, part with { Count = part.Count - later, Rows = part.Rows - later }, logits);
        for (int done = part.Count - later; done < part.Count; done++)
            RunOnce(batch, new Part(part.Slot, part.First + done, 1, part.Past + done, part.Row + part.Rows - (part.Count - done), 1), logits);
    }

    private void RunOnce(StepBatch batch, in Part part, Span<float> logits)
    {
        Clear();
        for (int i = 0; i < part.Count; i++)
            Add(batch.Tokens[part.First + i], part.Past + i);
        _pasts.Add(part.Past);
        using OrtTensor output = Run(part.Slot, 1, part.Past, part.Count);
        int given = output.Shape.Count > 2 ? (int)output.Shape[1] : part.Count;
        for (int i = 0; i < part.Rows; i++)
            FloatRows.Copy(output, given - part.Rows + i, logits.Slice((part.Row + i) * _vocabulary, _vocabulary));
        _filled[part.Slot] = part.Past + part.Count;
    }

    private void RunSingles(StepBatch batch, Span<float> logits)
    {
        _singles.Sort((left, right) => left.Slot.CompareTo(right.Slot));
        for (int first = 0; first < _singles.Count;)
        {
            int count = 1;
            while (first + count < _singles.Count && CanJoin(_singles[first + count - 1].Slot, _singles[first + count].Slot))
                count++;
            RunTogether(batch, first, count, logits);
            first += count;
        }
    }

    private bool CanJoin(int slot, int next)
    {
        if (next - slot - 1 > MostIdle)
            return false;
        for (int idle = slot + 1; idle < next; idle++)
        {
            if (_filled[idle] >= _length)
                return false;
        }
        return true;
    }

    private void RunTogether(StepBatch batch, int first, int count, Span<float> logits)
    {
        int firstSlot = _singles[first].Slot, rows = _singles[first + count - 1].Slot - firstSlot + 1;
        Clear();
        int next = first;
        for (int slot = firstSlot; slot < firstSlot + rows; slot++)
        {
            bool isWanted = _singles[next].Slot == slot;
            int past = isWanted ? _singles[next].Past : _filled[slot];
            Add(isWanted ? batch.Tokens[_singles[next].First] : 0, past);
            _pasts.Add(past);
            next += isWanted ? 1 : 0;
        }
        using OrtTensor output = Run(firstSlot, rows, _pasts.Max(), 1);
        for (int i = first; i < first + count; i++)
        {
            Part part = _singles[i];
            if (part.Rows > 0)
                FloatRows.Copy(output, part.Slot - firstSlot, logits.Slice(part.Row * _vocabulary, _vocabulary));
            _filled[part.Slot] = part.Past + 1;
        }
    }

    private OrtTensor Run(int firstSlot, int rows, int past, int tokens)
    {
        OrtBinding binding = _slots.Prepare(firstSlot, rows, past, tokens);
        long total = past + tokens;
        _ids.Bind(binding, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_idValues), [rows, tokens]);
        _positions?.Bind(binding, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_positionValues), [rows, tokens]);
        _mask?.Bind(binding, Mask(total, tokens), [rows, total]);
        // Bound anew for each run: the library would write into the last one's.
        binding.BindOutput(_ports.Logits.Name);
        binding.Run();
        _slots.Complete();
        return binding.TakeOutput(_ports.Logits.Name);
    }

    private ReadOnlySpan<int> Mask(long total, int tokens)
    {
        int needed = checked((int)(total * _pasts.Count));
        if (_maskValues.Length < needed)
            _maskValues = new int[Math.Max(needed, 2 * _maskValues.Length)];
        for (int row = 0; row < _pasts.Count; row++)
        {
            Span<int> values = _maskValues.AsSpan((int)(row * total), (int)total);
            values[..(_pasts[row] + tokens)].Fill(1);
            values[(_pasts[row] + tokens)..].Clear();
        }
        return _maskValues.AsSpan(0, needed);
    }

    private void Add(int token, int position)
    {
        _idValues.Add(token);
        _positionValues.Add(position);
    }

    private void Clear()
    {
        _idValues.Clear();
        _positionValues.Clear();
        _pasts.Clear();
    }

    /// <summary>A sequence's part of a step.</summary>
    private readonly record struct Part(int Slot, int First, int Count, int Past, int Row, int Rows);
}

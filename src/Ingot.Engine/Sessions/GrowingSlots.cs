using Ingot.OnnxRuntime;

namespace Ingot.Engine.Sessions;

/// <summary>
/// Slots for graphs that give keys and values anew with every run: [1, heads, tokens, head size], past and present in turns in one or the
/// other of two buffers. A run is of one sequence.
/// </summary>
internal sealed class GrowingSlots : ISlotMemory
{
    private readonly OrtSession _session;
    private readonly DecoderPorts _ports;
    private readonly SlotShape _shape;

    // Both sides of each layer's keys and values.
    private readonly OrtBuffer[] _buffers;
    private readonly OrtBinding _binding;
    private readonly int[] _lengths;
    private readonly int[] _sides;
    private (int Slot, int Length) _prepared;

    public GrowingSlots(OrtSession session, DecoderPorts ports, SlotShape shape)
    {
        (_session, _ports, _shape) = (session, ports, shape);
        _buffers = OrtBuffers.Claim(2 * ports.Past.Length, shape.BytesPerSlot * shape.Slots);
        _lengths = new int[shape.Slots];
        _sides = new int[shape.Slots];
        _binding = session.CreateBinding();
    }

    public long ByteLength => _buffers.Sum(buffer => buffer.ByteLength);

    public int MostRows => 1;

    public OrtBinding Prepare(int firstSlot, int rows, int past, int tokens)
    {
        if (past < _lengths[firstSlot])
            Shorten(firstSlot, past);
        int side = _sides[firstSlot];
        long offset = firstSlot * _shape.BytesPerSlot;
        for (int i = 0; i < _ports.Past.Length; i++)
        {
            using OrtTensor before = _session.CreateTensor(_buffers[(2 * i) + side], _ports.KvType, [1, _shape.Heads, past, _shape.HeadSize], offset);
            using OrtTensor after = _session.CreateTensor(_buffers[(2 * i) + 1 - side], _ports.KvType, [1, _shape.Heads, past + tokens, _shape.HeadSize], offset);
            _binding.BindInput(_ports.Past[i].Name, before);
            _binding.BindOutput(_ports.Present[i], after);
        }
        _prepared = (firstSlot, past + tokens);
        return _binding;
    }

    public void Complete()
    {
        _lengths[_prepared.Slot] = _prepared.Length;
        _sides[_prepared.Slot] ^= 1;
    }

    public void Dispose()
    {
        _binding.Dispose();
        foreach (OrtBuffer buffer in _buffers)
            buffer.Dispose();
    }

    // Heads lie one after the other, so that fewer tokens lie closer together.
    private void Shorten(int slot, int length)
    {
        int row = _shape.HeadSize * _shape.ElementBytes;
        for (int i = 0; i < _ports.Past.Length; i++)
        {
            OrtBuffer buffer = _buffers[(2 * i) + _sides[slot]];
            long start = slot * _shape.BytesPerSlot;
            for (int head = 1; head < _shape.Heads; head++)
            {
                Span<byte> kept = buffer.Slice<byte>(start + ((long)head * _lengths[slot] * row), length * row);
                kept.CopyTo(buffer.Slice<byte>(start + ((long)head * length * row), length * row));
            }
        }
        _lengths[slot] = length;
    }
}

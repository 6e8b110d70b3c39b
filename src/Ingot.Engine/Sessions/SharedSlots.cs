using Ingot.OnnxRuntime;

namespace Ingot.Engine.Sessions;

/// <summary>
/// Slots that the graph writes to in place: each layer has one buffer [slots, heads, length, head size], and a run of neighbouring slots is
/// bound as past and present at once. Rows may be of different length.
/// </summary>
internal sealed class SharedSlots : ISlotMemory
{
    // What slots neighbours of a run are: few change from step to step.
    private const int MostBindings = 64;

    private readonly OrtSession _session;
    private readonly DecoderPorts _ports;
    private readonly SlotShape _shape;
    private readonly OrtBuffer[] _buffers;
    private readonly Dictionary<(int First, int Rows), OrtBinding> _bindings = [];

    public SharedSlots(OrtSession session, DecoderPorts ports, SlotShape shape)
    {
        (_session, _ports, _shape) = (session, ports, shape);
        _buffers = OrtBuffers.Claim(ports.Past.Length, shape.BytesPerSlot * shape.Slots);
    }

    public long ByteLength => _buffers.Sum(buffer => buffer.ByteLength);

    public int MostRows => _shape.Slots;

    public OrtBinding Prepare(int firstSlot, int rows, int past, int tokens)
    {
        if (_bindings.TryGetValue((firstSlot, rows), out OrtBinding? known))
            return known;
        if (_bindings.Count == MostBindings)
            DropBindings();
        OrtBinding binding = _session.CreateBinding();
        _bindings.Add((firstSlot, rows), binding);
        for (int i = 0; i < _buffers.Length; i++)
        {
            using OrtTensor tensor = _session.CreateTensor(_buffers[i], _ports.KvType, [rows, _shape.Heads, _shape.Length, _shape.HeadSize], firstSlot * _shape.BytesPerSlot);
            binding.BindInput(_ports.Past[i].Name, tensor);
            binding.BindOutput(_ports.Present[i], tensor);
        }
        return binding;
    }

    public void Complete()
    {
    }

    public void Dispose()
    {
        DropBindings();
        foreach (OrtBuffer buffer in _buffers)
            buffer.Dispose();
    }

    private void DropBindings()
    {
        foreach (OrtBinding binding in _bindings.Values)
            binding.Dispose();
        _bindings.Clear();
    }
}

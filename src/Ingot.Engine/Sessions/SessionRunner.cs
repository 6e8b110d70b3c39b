using System.Globalization;
using Ingot.Compute.Execution;
using Ingot.Compute.Onnx.Inspection;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Running;
using Ingot.Errors;
using Ingot.OnnxRuntime;

namespace Ingot.Engine.Sessions;

/// <summary>
/// The model step on ONNX Runtime. Each sequence has a slot for its keys and values, which to the engine is one block as long as a context:
/// so nothing is found again by its tokens, and whoever goes on several times from one prompt reads it several times.
/// </summary>
internal sealed class SessionRunner : IModelRunner
{
    // A graph gives the logits of all tokens of a step: 128 MiB of them at most.
    private const int MostLogits = 1 << 25;

    // Its runs have a cost of their own.
    private const int SuitableStepTokens = 512;

    private readonly OrtSession _session;
    private readonly DecoderPorts _ports;
    private readonly ISlotMemory _slots;
    private readonly SlotRuns _runs;
    private readonly long _weightBytes;
    private readonly string _summary;

    private SessionRunner(OrtSession session, GraphFacts facts, DecoderDescription decoder, GenAiConfig config, EngineOptions options, long weightBytes)
    {
        (_session, _weightBytes) = (session, weightBytes);
        _ports = new DecoderPorts(session, decoder);
        long width = WidthOf(_ports.Logits, decoder, config);
        if (config.Pooling is null && config.VocabularySize > width)
            throw new IngotException(ErrorCode.ModelInvalid, $"{GenAiConfigReader.FileName}: model.vocab_size is {config.VocabularySize}, but the graph has logits for {width} tokens.");
        VocabularySize = FloatRows.Width(width);
        EndOfSequenceIds = config.EndOfSequenceIds;
        int copies = facts.SharesPast ? 1 : 2;
        int elementBytes = _ports.KvType.Bytes();
        long bytesPerToken = (long)copies * _ports.Past.Length * decoder.KvHeadCount * decoder.HeadSize * elementBytes;
        // Its runs see parts of a sequence, and would turn each by the table for what there is of it by then.
        int context = (int)Math.Clamp(facts.LongestChoice ?? int.MaxValue, 1, config.ContextLength);
        (int slots, int length) = SlotShape.Fit(options, context, bytesPerToken, MachineMemory.FreeBytes());
        (BlockCount, BlockSize, ContextLength) = (slots, length, length);
        MaxStepTokens = Math.Max(options.MaxSequences, Math.Min(options.StepTokenBudget ?? SuitableStepTokens, MostLogits / VocabularySize));
        var shape = new SlotShape(slots, length, decoder.KvHeadCount, decoder.HeadSize, elementBytes);
        _slots = facts.SharesPast ? new SharedSlots(session, _ports, shape) : new GrowingSlots(session, _ports, shape);
        _runs = new SlotRuns(session, _ports, _slots, shape, VocabularySize);
        _summary = string.Create(CultureInfo.InvariantCulture,
            $"{decoder.LayerCount} layers, {decoder.KvHeadCount} key-value heads of {decoder.HeadSize}, vocabulary {VocabularySize}, keys and values {_ports.KvType} {(facts.SharesPast ? "in place" : "copied with each step")}, {slots} slots of {length} tokens ({_slots.ByteLength / 1048576.0:F1} MiB){(context < config.ContextLength ? ", context cut to where the graph takes other rotary tables" : "")}");
    }

    public int VocabularySize { get; }

    public int ContextLength { get; }

    public IReadOnlyList<int> EndOfSequenceIds { get; }

    public int BlockSize { get; }

    public int BlockCount { get; }

    public int MaxStepTokens { get; }

    // Several tokens of a sequence are a run of their own, away from the others' common one: what a guess saves it costs there.
    public int MostDraftTokens => 0;

    public long MemoryBytes => _weightBytes + _slots.ByteLength;

    /// <summary>One line for logs.</summary>
    public string Summary => _summary;

    /// <summary>Loads the graph of a folder that generates text, or whose rows are pooled, and claims its slots.</summary>
    /// <exception cref="IngotException">ModelInvalid, ModelUnsupported: the graph is unsound, or ONNX Runtime or the provider refuses it. InsufficientMemory.</exception>
    public static SessionRunner Load(ModelFolder folder, EngineOptions options, OnnxRuntimeLibrary library, ExecutionTarget? target)
    {
        DecoderDescription decoder = folder.Config.Decoder!;
        GraphFacts facts = GraphInspection.CheckDecoder(decoder, MachineMemory.FreeBytes());
        OrtSessionSettings settings = SessionSettings.Of(folder.Config.Session, options, target, facts) with
        {
            MostMemoryBytes = SessionSettings.MostMemory(
                folder.WeightFileBytes, decoder.QueryHeadCount ?? decoder.KvHeadCount, Math.Max(options.StepTokenBudget ?? SuitableStepTokens, options.MaxSequences), folder.Config.ContextLength),
        };
        OrtSession session = SessionOpening.Open(library, decoder.OnnxPath, facts, settings);
        try
        {
            return new SessionRunner(session, facts, decoder, folder.Config, options, folder.WeightFileBytes);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public void Step(StepBatch batch, Span<float> logits) => _runs.Step(batch, logits);

    private static long WidthOf(OrtValueInfo rows, DecoderDescription decoder, GenAiConfig config)
    {
        if (rows.Shape is [.., > 0 and var given])
            return given;
        return config.Pooling is null
            ? config.VocabularySize
            : throw new IngotException(ErrorCode.ModelUnsupported, $"The graph of {Path.GetFileName(decoder.OnnxPath)} does not say how wide the rows of '{rows.Name}' are.");
    }

    public void Dispose()
    {
        _runs.Dispose();
        _slots.Dispose();
        _session.Dispose();
    }
}

using System.Globalization;
using Ingot.Compute.Execution.Encoders;
using Ingot.Compute.Onnx.Inspection;
using Ingot.Engine.Embedding;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Running;
using Ingot.Errors;
using Ingot.OnnxRuntime;

namespace Ingot.Engine.Sessions;

/// <summary>
/// Vectors from any export of an encoder on ONNX Runtime: with or without types of tokens and positions as inputs, with rows of tokens or
/// a row of the text as output. Texts of like lengths are computed together.
/// </summary>
internal sealed class SessionEncoder : IEmbeddingRunner
{
    // Beyond these, what shorter texts are filled up with costs more than a run of their own.
    private const int FillTokens = 8;
    private const double FillShare = 0.25;

    private readonly OrtSession _session;
    private readonly PoolingMode _mode;
    private readonly OrtBinding _binding;
    private readonly List<(IntegerInput Input, EncoderInput Kind)> _inputs = [];
    private readonly OrtValueInfo _output;
    private readonly bool _isPooled;
    private readonly int _pad;
    private int[] _values = [];
    private float[] _rows = [];

    private SessionEncoder(OrtSession session, EncoderDescription encoder, PoolingSettings pooling, GenAiConfig config, long weightBytes)
    {
        _session = session;
        _mode = pooling.Mode;
        _pad = config.PadId is { } pad && pad < config.VocabularySize ? pad : 0;
        string file = Path.GetFileName(encoder.OnnxPath);
        foreach (OrtValueInfo port in session.Inputs)
        {
            if (KindOf(port.Name, encoder) is not { } kind || !IntegerInput.Fits(port))
                throw new IngotException(ErrorCode.ModelUnsupported, $"The graph of {file} wants '{port.Name}' as {port.Type}, which is none of an encoder's inputs.");
            _inputs.Add((new IntegerInput(session, port), kind));
        }
        if (_inputs.TrueForAll(input => input.Kind != EncoderInput.Ids))
            throw new IngotException(ErrorCode.ModelUnsupported, $"The graph of {file} has no input '{encoder.InputIds}'.");
        _isPooled = encoder.Pooled is not null;
        string name = encoder.Pooled ?? encoder.HiddenStates;
        int rank = _isPooled ? 2 : 3;
        _output = session.Outputs.FirstOrDefault(port => port.Name == name && port.Shape.Count == rank && FloatRows.Fits(port))
            ?? throw new IngotException(ErrorCode.ModelUnsupported, $"The graph of {file} has no output '{name}' of {rank} dimensions of real numbers.");
        Width = _output.Shape[^1] > 0 ? FloatRows.Width(_output.Shape[^1]) : encoder.HiddenSize;
        VocabularySize = config.VocabularySize;
        ContextLength = config.ContextLength;
        MaxStepTokens = Math.Max(Embedder.StepTokens, ContextLength);
        MemoryBytes = weightBytes;
        _binding = session.CreateBinding();
        Summary = string.Create(CultureInfo.InvariantCulture,
            $"encoder with {string.Join(", ", session.Inputs.Select(port => port.Name))}, vectors of {Width} from '{name}', weights {weightBytes / 1048576.0:F1} MiB");
    }

    public int Width { get; }

    public int VocabularySize { get; }

    public int ContextLength { get; }

    public int MaxStepTokens { get; }

    public long MemoryBytes { get; }

    /// <summary>One line for logs.</summary>
    public string Summary { get; }

    /// <summary>Loads a folder's graph.</summary>
    /// <exception cref="IngotException">ModelInvalid, ModelUnsupported: the graph is unsound, or ONNX Runtime or the provider refuses it.</exception>
    public static SessionEncoder Load(ModelFolder folder, PoolingSettings pooling, EngineOptions options, OnnxRuntimeLibrary library, ExecutionTarget? target)
    {
        EncoderDescription encoder = folder.Config.Encoder!;
        GraphFacts facts = GraphInspection.Check(encoder.OnnxPath, encoder.ModelFolder, MachineMemory.FreeBytes());
        OrtSessionSettings settings = SessionSettings.Of(folder.Config.Session, options, target, facts) with
        {
            MostMemoryBytes = SessionSettings.MostMemory(folder.WeightFileBytes, encoder.HeadCount, Math.Max(Embedder.StepTokens, folder.Config.ContextLength), folder.Config.ContextLength),
        };
        OrtSession session = SessionOpening.Open(library, encoder.OnnxPath, facts, settings);
        try
        {
            return new SessionEncoder(session, encoder, pooling, folder.Config, folder.WeightFileBytes);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public void Embed(IReadOnlyList<ReadOnlyMemory<int>> sequences, Span<float> vectors)
    {
        int[] order = [.. Enumerable.Range(0, sequences.Count).OrderBy(i => sequences[i].Length)];
        for (int first = 0; first < order.Length;)
        {
            int shortest = sequences[order[first]].Length;
            int count = 1;
            while (first + count < order.Length && CanJoin(shortest, sequences[order[first + count]].Length, count + 1))
                count++;
            Run(sequences, order.AsSpan(first, count), vectors);
            first += count;
        }
    }

    public void Dispose()
    {
        _binding.Dispose();
        _inputs.ForEach(input => input.Input.Dispose());
        _session.Dispose();
    }

    private static EncoderInput? KindOf(string name, EncoderDescription encoder) =>
        name == encoder.InputIds ? EncoderInput.Ids
        : name == encoder.AttentionMask ? EncoderInput.Mask
        : name is "token_type_ids" ? EncoderInput.Types
        : name is "position_ids" ? EncoderInput.Positions
        : null;

    private bool CanJoin(int shortest, int length, int rows) =>
        length - shortest <= FillTokens + (FillShare * shortest) && (long)length * rows <= MaxStepTokens;

    private void Run(IReadOnlyList<ReadOnlyMemory<int>> sequences, ReadOnlySpan<int> members, Span<float> vectors)
    {
        int length = sequences[members[^1]].Length;
        int total = members.Length * length;
        if (_values.Length < total)
            _values = new int[Math.Max(total, 2 * _values.Length)];
        foreach ((IntegerInput input, EncoderInput kind) in _inputs)
        {
            for (int row = 0; row < members.Length; row++)
                Fill(kind, sequences[members[row]].Span, _values.AsSpan(row * length, length));
            input.Bind(_binding, _values.AsSpan(0, total), [members.Length, length]);
        }
        _binding.BindOutput(_output.Name);
        _binding.Run();
        using OrtTensor output = _binding.TakeOutput(_output.Name);
        for (int row = 0; row < members.Length; row++)
            Read(output, row, length, sequences[members[row]].Length, vectors.Slice(members[row] * Width, Width));
    }

    private void Fill(EncoderInput kind, ReadOnlySpan<int> tokens, Span<int> values)
    {
        values.Fill(kind is EncoderInput.Ids ? _pad : 0);
        if (kind is EncoderInput.Ids)
            tokens.CopyTo(values);
        else if (kind is EncoderInput.Mask)
            values[..tokens.Length].Fill(1);
        else if (kind is EncoderInput.Positions)
            for (int i = 0; i < tokens.Length; i++)
                values[i] = i;
    }

    private void Read(OrtTensor output, int row, int length, int tokens, Span<float> vector)
    {
        if (_isPooled)
        {
            FloatRows.Copy(output, row, vector);
            return;
        }
        int first = row * length;
        if (_mode != PoolingMode.Mean)
        {
            FloatRows.Copy(output, _mode is PoolingMode.First ? first : first + tokens - 1, vector);
            return;
        }
        if (_rows.Length < tokens * Width)
            _rows = new float[Math.Max(tokens * Width, 2 * _rows.Length)];
        for (int i = 0; i < tokens; i++)
            FloatRows.Copy(output, first + i, _rows.AsSpan(i * Width, Width));
        Pooling.Mean(_rows.AsSpan(0, tokens * Width), vector);
    }

    private enum EncoderInput
    {
        Ids,
        Mask,
        Types,
        Positions,
    }
}

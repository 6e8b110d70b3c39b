using System.Globalization;
using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Onnx;
using Ingot.Compute.Threading;
using Ingot.Errors;

namespace Ingot.Compute.Execution.Encoders;

/// <summary>
/// An encoder graph loaded for running: its weights packed, its operations planned, its thread team started. Runs batches
/// of whole sequences; a sequence's rows are the same bits alone or batched. Knows nothing of requests or text.
/// Not thread-safe: one thread owns it, and makes all calls.
/// </summary>
public sealed unsafe class EncoderExecutor : IDisposable
{
    private readonly ThreadTeam _team;
    private readonly WeightSlots _weights;
    private readonly EncoderLane _whole;
    private readonly EncoderLanes _lanes;
    private bool _disposed;

    // programs: The same graph once for the whole team and once for each member.
    private EncoderExecutor(EncoderDescription description, ComputeOptions options, IReadOnlyList<DecoderProgram> programs, WeightSlots weights, ThreadTeam team)
    {
        _weights = weights;
        _team = team;
        MaxTokens = options.MaxStepTokens;
        MaxPositions = programs[0].PositionCount;
        VocabularySize = weights.Embeddings.Min(table => table.Source.OutputCount);
        List<EncoderLane> made = [];
        try
        {
            made.Add(new EncoderLane(programs[0], MaxTokens, team));
            foreach (var program in programs.Skip(1))
                made.Add(new EncoderLane(program, EncoderLanes.MostTokens, team: null));
        }
        catch
        {
            made.ForEach(lane => lane.Dispose());
            throw;
        }

        _whole = made[0];
        _lanes = new EncoderLanes([.. made.Skip(1)]);
        Summary = string.Create(CultureInfo.InvariantCulture,
            $"{description.LayerCount} layers, {description.HeadCount} heads of {description.HeadSize}, hidden {HiddenSize}, vocabulary {VocabularySize}, weights {WeightBytes / 1048576.0:F1} MiB, working memory {(_whole.ByteLength + _lanes.ByteLength) / 1048576.0:F1} MiB, {team.Count} threads");
    }

    /// <summary>Elements of one row of the result.</summary>
    public int HiddenSize => _whole.Width;

    /// <summary>Token ids are 0 to this - 1.</summary>
    public int VocabularySize { get; }

    /// <summary>The most tokens a batch takes, over all its sequences.</summary>
    public int MaxTokens { get; }

    /// <summary>The most tokens of one sequence that the model has positions for; null when the graph sets no limit.</summary>
    public int? MaxPositions { get; }

    /// <summary>Memory of the packed weights, in bytes.</summary>
    public long WeightBytes => _weights.ByteLength;

    /// <summary>One line for logs: layers, heads, widths, bytes, threads.</summary>
    public string Summary { get; }

    /// <summary>Reads an encoder graph, packs its weights with all threads, and lets go of its files.</summary>
    /// <param name="description">What the model folder's configuration says of the graph.</param>
    /// <param name="options">How to use the machine; <see cref="ComputeOptions.MaxStepTokens"/> is the most tokens of a batch.</param>
    /// <param name="ct">Gives up between two matrices.</param>
    /// <exception cref="IngotException">
    /// ModelInvalid: damaged, or not what the configuration says. ModelUnsupported: naming the operator, the node and what about it.
    /// InsufficientMemory. InvalidValue: options out of range.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled.</exception>
    public static EncoderExecutor Load(EncoderDescription description, ComputeOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (description.HeadSize is < 1 or > 256 || description.HeadCount is < 1 or > 4096)
            throw new IngotException(ErrorCode.ModelUnsupported, $"An encoder of {description.HeadCount} heads of {description.HeadSize} is not supported.");
        if (description.Pooled is { } pooled)
            throw new IngotException(ErrorCode.ModelUnsupported, $"An encoder graph that pools by itself (output '{ContainedPath.Printable(pooled)}') is not supported.");
        var weights = new WeightSlots();
        ThreadTeam? team = null;
        try
        {
            team = new ThreadTeam(options.ThreadCount);
            return new EncoderExecutor(description, options, ReadAndPack(description, weights, team, ct), weights, team);
        }
        catch (Exception e)
        {
            team?.Dispose();
            weights.Dispose();
            if (e is OverflowException)
                throw new IngotException(ErrorCode.ModelInvalid, $"The model file '{Path.GetFileName(description.OnnxPath)}' describes sizes that overflow.", inner: e);
            throw;
        }
    }

    /// <summary>Encodes a batch.</summary>
    /// <param name="batch">Whole sequences, together at most <see cref="MaxTokens"/> tokens, each at most <see cref="MaxPositions"/>.</param>
    /// <param name="rows">[batch.RowCount, <see cref="HiddenSize"/>], at least; in the order of the batch's tokens.</param>
    /// <exception cref="ArgumentException">The batch or the span do not fit.</exception>
    public void Run(EncoderBatch batch, Span<float> rows)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (batch.TokenCount == 0)
            return;
        Check(batch);
        if (rows.Length < (long)batch.RowCount * HiddenSize)
            throw new ArgumentException($"{batch.RowCount} rows of {HiddenSize} do not fit into {rows.Length} numbers.", nameof(rows));
        fixed (float* pointer = rows)
        {
            if (!_lanes.TryRun(batch, pointer, _team))
                _whole.Run(batch, 0, batch.SequenceCount, pointer);
        }
    }

    /// <summary>Ends the threads and frees weights and working memory.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _team.Dispose();
        _whole.Dispose();
        _lanes.Dispose();
        _weights.Dispose();
    }

    private static List<DecoderProgram> ReadAndPack(EncoderDescription description, WeightSlots weights, ThreadTeam team, CancellationToken ct)
    {
        using var file = OnnxModelFile.Read(description.OnnxPath, description.ModelFolder);
        var program = GraphCompiler.Compile(file, description.ToGraph(), weights);
        var layers = program.Operations.Count(operation => operation is BidirectionalAttentionOperation);
        if (layers != description.LayerCount)
            throw new IngotException(ErrorCode.ModelInvalid, $"The graph of {file.FileName} has {layers} attention layers where the configuration says {description.LayerCount}.");
        if (program.Logits.Width != description.HiddenSize)
            throw new IngotException(ErrorCode.ModelInvalid, $"The graph of {file.FileName} gives rows of {program.Logits.Width} where the configuration says {description.HiddenSize}.");
        // Each has buffers of its own and shares the weights. A lone thread runs everything the one way.
        List<DecoderProgram> programs = [program];
        for (var i = 0; i < team.Count && team.Count > 1; i++)
            programs.Add(GraphCompiler.Compile(file, description.ToGraph(), weights));
        weights.Pack(team, ct);
        return programs;
    }

    private void Check(EncoderBatch batch)
    {
        if (batch.TokenCount > MaxTokens)
            throw new ArgumentException($"The batch has {batch.TokenCount} tokens; at most {MaxTokens} are taken.", nameof(batch));
        foreach (var token in batch.Tokens)
        {
            if ((uint)token >= (uint)VocabularySize)
                throw new ArgumentException($"Token {token} is not one of the model's {VocabularySize}.", nameof(batch));
        }

        foreach (var sequence in batch.Sequences)
        {
            if (sequence.TokenCount > (MaxPositions ?? int.MaxValue))
                throw new ArgumentException($"A sequence has {sequence.TokenCount} tokens; the model knows {MaxPositions} positions.", nameof(batch));
        }
    }
}

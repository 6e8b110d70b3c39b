using System.Globalization;
using Ingot.Compute.Attention;
using Ingot.Compute.Execution.Calibration;
using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Execution.Wide;
using Ingot.Compute.Memory;
using Ingot.Compute.Onnx;
using Ingot.Compute.Threading;
using Ingot.Errors;

namespace Ingot.Compute.Execution;

/// <summary>
/// A decoder graph loaded for running: its weights packed, its operations planned, its thread team started. Runs steps on
/// flat batches of any mix of sequences; a sequence's results are the same bits alone or batched, in one step or several.
/// Knows nothing of requests or text. Not thread-safe: one thread owns it, and makes all calls.
/// </summary>
public sealed unsafe class DecoderExecutor : IDisposable
{
    private const long LargeGraphBytes = 64L << 20;

    private readonly ComputeOptions _options;
    private readonly ThreadTeam _team;
    private readonly WeightSlots _weights;
    private readonly StepContext _step;
    private readonly ExecutionPlan _plan;
    private readonly WideSteps? _wide;
    private readonly RowBuffer _logits;
    private readonly DecoderDescription _description;
    private readonly int? _positionCount;
    private readonly int _embeddingRows;
    private bool _disposed;

    // wide: Null: no step goes another way than the others.
    // began: When the load did.
    private DecoderExecutor(
        DecoderDescription description, ComputeOptions options, DecoderProgram program, WeightSlots weights, ThreadTeam team, StepContext step, WideSteps? wide, long began)
    {
        _description = description;
        _options = options;
        _weights = weights;
        _team = team;
        _logits = program.Logits.Buffer;
        _positionCount = program.PositionCount;
        RotaryLimits = program.RotaryLimits;
        _embeddingRows = weights.Embeddings.Min(table => table.Source.OutputCount);
        if (description.HasScores && _embeddingRows < _logits.Width)
        {
            // A token the model itself chooses must be one it can read back.
            throw new IngotException(ErrorCode.ModelInvalid,
                $"The model file '{Path.GetFileName(description.OnnxPath)}' has logits for {_logits.Width} tokens and an embedding of {_embeddingRows}.");
        }

        _step = step;
        _wide = wide;
        var mostRows = wide is null ? options.MaxStepTokens : WideSteps.FewestRows - 1;
        _plan = new ExecutionPlan(program.Operations, mostRows, team, _step);
        var shares = options.Calibrate
            ? ShareCalibration.Run(ProductPhases.Of(_plan.Phases, mostRows, team, step, options.LeastTrialBytes), ShareCalibration.Budget(options.Clock.GetElapsedTime(began)), options.Clock)
            : new ShareFacts(ShareLimits.Usual, "shares as usual");
        Limits = shares.Limits;
        Summary = $"{Summarize(program)}, {shares.Told}";
    }

    /// <summary>Logits of one row, or whatever else the graph ends in.</summary>
    public int VocabularySize => _logits.Width;

    /// <summary>Token ids are 0 to this - 1.</summary>
    public int TokenCount => _embeddingRows;

    /// <summary>Attention layers.</summary>
    public int LayerCount => _description.LayerCount;

    /// <summary>Tokens in a block of the key-value cache.</summary>
    public int KvBlockSize => _options.KvBlockSize;

    /// <summary>The most tokens one step takes.</summary>
    public int MaxStepTokens => _options.MaxStepTokens;

    /// <summary>Tokens whose place in a sequence the model knows (its rotary table's length); null when the graph sets no limit.</summary>
    public int? MaxPositions => _positionCount;

    /// <summary>
    /// Lengths beyond which a sequence takes other rotary tables (LongRoPE, dynamic scaling), ascending; empty where one is for all. Keys
    /// that were computed below such a length are not those of a longer sequence: whoever goes beyond it is computed again from the beginning.
    /// </summary>
    public IReadOnlyList<int> RotaryLimits { get; }

    /// <summary>Threads of a step, the caller's included.</summary>
    public int ThreadCount => _team.Count;

    /// <summary>Memory of the packed weights, in bytes.</summary>
    public long WeightBytes => _weights.ByteLength;

    /// <summary>Memory that steps work in, in bytes; besides weights and cache.</summary>
    public long WorkingBytes => _plan.ByteLength + _step.Pieces.ByteLength + (_wide?.WorkingBytes ?? 0);

    /// <summary>Whether steps of many rows go another way, and what that takes; null where nobody offered one.</summary>
    public WideFacts? Wide { get; private init; }

    /// <summary>Memory of one block of the key-value cache over all layers, in bytes.</summary>
    public long KvBytesPerBlock =>
        new KvLayout(_options.KvFormat, _description.HeadSize).BytesPerBlock(_description.LayerCount, _description.KvHeadCount, _options.KvBlockSize);

    /// <summary>One line for logs: layers, heads, widths, weight formats, bytes, threads, what trials at load have chosen.</summary>
    public string Summary { get; }

    /// <summary>Measures the steps from here on; for benchmarks.</summary>
    internal StepProfile MeasureSteps()
    {
        var profile = new StepProfile(_team.Count);
        _wide?.Plan.Profile = profile;
        return _plan.Profile = profile;
    }

    /// <summary>In how many shares work is dealt out; set by tests and benchmarks only, between two steps.</summary>
    internal ShareLimits Limits
    {
        get => _plan.Limits;
        set => _plan.Limits = value;
    }

    /// <summary>Barriers of a step, for tests.</summary>
    internal int PhaseCount => _plan.PhaseCount;

    /// <summary>Reads a decoder graph, packs its weights with all threads, and lets go of its files.</summary>
    /// <param name="description">What the model folder's configuration says of the graph.</param>
    /// <param name="options">How to use the machine.</param>
    /// <param name="ct">Gives up between two matrices.</param>
    /// <param name="products">
    /// Who computes products of steps of many rows, with a copy of the weights; absent means the executor itself. Where it cannot,
    /// the executor does, and <see cref="Wide"/> says why. The results of such steps are near to the executor's own, not the same bits.
    /// </param>
    /// <exception cref="IngotException">
    /// ModelInvalid: damaged, or not what the configuration says. ModelUnsupported: naming the operator, the node and what about it.
    /// InsufficientMemory. InvalidValue: options out of range.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled.</exception>
    public static DecoderExecutor Load(DecoderDescription description, ComputeOptions options, CancellationToken ct, IWideProducts? products = null)
    {
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Check(description);
        var began = options.Clock.GetTimestamp();
        var weights = new WeightSlots();
        ThreadTeam? team = null;
        StepContext? step = null;
        WideSteps? wide = null;
        try
        {
            team = new ThreadTeam(options.ThreadCount);
            var (program, widened) = ReadAndPack(description, weights, team, products is not null, ct);
            step = new StepContext(options.MaxStepTokens, team.Count);
            WideFacts? facts = null;
            if (widened is not null)
                wide = WideSteps.Make(widened, products!, options, team, step, ct, out facts);
            else if (products is not null)
                facts = new WideFacts(0, 0, "The model is a mixture of experts, which has no such form.");
            // Weights inside the graph file, or their copies, have just become garbage of their full size.
            if (wide is not null || new FileInfo(description.OnnxPath).Length > LargeGraphBytes)
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
            if (wide is not null)
                NativeHeap.Trim();
            return new DecoderExecutor(description, options, program, weights, team, step, wide, began) { Wide = facts };
        }
        catch (Exception e)
        {
            wide?.Dispose();
            step?.Dispose();
            team?.Dispose();
            weights.Dispose();
            if (e is OverflowException)
                throw new IngotException(ErrorCode.ModelInvalid, $"The model file '{Path.GetFileName(description.OnnxPath)}' describes sizes that overflow.", inner: e);
            throw;
        }
    }

    /// <summary>Claims a key-value cache for this model. The caller owns it.</summary>
    /// <param name="blockCount">Blocks, at least 1.</param>
    /// <exception cref="IngotException">InsufficientMemory.</exception>
    public KvStore CreateKvStore(int blockCount) =>
        new(_description.LayerCount, _description.KvHeadCount, _description.HeadSize, blockCount, _options.KvBlockSize, _options.KvFormat);

    /// <summary>Runs one step: stores the keys and values of all its tokens, and computes the logits that are wanted.</summary>
    /// <param name="batch">Tokens of one or more sequences, at most <see cref="MaxStepTokens"/>. Sequences must not share blocks that this step writes.</param>
    /// <param name="store">A cache made by <see cref="CreateKvStore"/>.</param>
    /// <param name="logits">[batch.LogitRowCount, <see cref="VocabularySize"/>], at least; rows in the order of the batch's tokens.</param>
    /// <exception cref="ArgumentException">The batch, the blocks or the span do not fit.</exception>
    public void Step(StepBatch batch, KvStore store, Span<float> logits)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(store);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (batch.TokenCount == 0)
            return;
        Check(batch, store);
        if (logits.Length < (long)batch.LogitRowCount * VocabularySize)
            throw new ArgumentException($"{batch.LogitRowCount} rows of {VocabularySize} logits do not fit into {logits.Length} numbers.", nameof(logits));

        _step.Fill(batch, store);
        fixed (float* pointer = logits)
        {
            var wide = batch.TokenCount >= WideSteps.FewestRows ? _wide : null;
            var target = wide?.Logits ?? _logits;
            target.Pointer = pointer;
            (wide?.Plan ?? _plan).Run();
            target.Pointer = null;
        }
    }

    /// <summary>As <see cref="ThreadTeam.TryGive"/> of the team that computes the steps; to be called between two steps.</summary>
    public bool TryGive(IThreadPoolWorkItem errand) => !_disposed && _team.TryGive(errand);

    /// <summary>Lends the threads of a step for other work, between two steps. Returns when all are done.</summary>
    /// <param name="work">What to do; each thread takes of it as it comes.</param>
    public void Share(ISharedWork work)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _team.Run(work);
    }

    /// <summary>Ends the threads and frees weights and working memory. Caches are their owners' to dispose.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _team.Dispose();
        _plan.Dispose();
        _wide?.Dispose();
        _step.Dispose();
        _weights.Dispose();
    }

    private static (DecoderProgram Program, DecoderProgram? Again) ReadAndPack(
        DecoderDescription description, WeightSlots weights, ThreadTeam team, bool twice, CancellationToken ct)
    {
        using var file = OnnxModelFile.Read(description.OnnxPath, description.ModelFolder);
        var program = GraphCompiler.Compile(file, description, weights);
        // With buffers of its own, and the same weights; those of experts would be packed again.
        var again = twice && weights.Experts.Count == 0 ? GraphCompiler.Compile(file, description, weights) : null;
        weights.Pack(team, ct);
        return (program, again);
    }

    private static void Check(DecoderDescription description)
    {
        if (description.LayerCount is < 1 or > 4096 || description.KvHeadCount is < 1 or > 4096 || description.HeadSize is < 1 or > 256)
        {
            throw new IngotException(ErrorCode.ModelUnsupported,
                $"A decoder of {description.LayerCount} layers, {description.KvHeadCount} key-value heads and heads of {description.HeadSize} is not supported.");
        }
    }

    private void Check(StepBatch batch, KvStore store)
    {
        if (batch.TokenCount > MaxStepTokens)
            throw new ArgumentException($"The step has {batch.TokenCount} tokens; at most {MaxStepTokens} are taken.", nameof(batch));
        if (store.LayerCount != LayerCount || store.BlockSize != KvBlockSize || store.KvHeadCount != _description.KvHeadCount || store.HeadSize != _description.HeadSize || store.Format != _options.KvFormat)
            throw new ArgumentException("The key-value cache was made for another model.", nameof(store));
        foreach (var token in batch.Tokens)
        {
            if ((uint)token >= (uint)_embeddingRows)
                throw new ArgumentException($"Token {token} is not one of the model's {_embeddingRows}.", nameof(batch));
        }

        foreach (var sequence in batch.Sequences)
        {
            var length = (long)sequence.PastLength + sequence.TokenCount;
            if (sequence.Length > (_positionCount ?? int.MaxValue))
                throw new ArgumentException($"A sequence has {sequence.Length} tokens; the model knows {_positionCount} positions.", nameof(batch));
            var blocks = (int)((length + KvBlockSize - 1) / KvBlockSize);
            if (sequence.BlockTable.Length < blocks)
                throw new ArgumentException($"A sequence of {length} tokens has {sequence.BlockTable.Length} blocks; it needs {blocks}.", nameof(batch));
            foreach (var block in sequence.BlockTable.Span[..blocks])
            {
                if ((uint)block >= (uint)store.BlockCount)
                    throw new ArgumentException($"Block {block} is not one of the cache's {store.BlockCount}.", nameof(batch));
            }
        }
    }

    private string Summarize(DecoderProgram program)
    {
        var formats = _weights.Matrices.Select(slot => (Format: Format(slot.Source.Bits, slot.Source.BlockSize, slot.Source.Weights), slot.Matrix.ByteLength))
            .Concat(_weights.Experts.Select(slot => (Format: Format(slot.Source.Bits, slot.Source.BlockSize, slot.Source.Parts[0].Weights), slot.ByteLength)))
            .GroupBy(weights => weights.Format)
            .OrderByDescending(group => group.Sum(weights => weights.ByteLength))
            .Select(group => group.Key);
        var heads = program.Operations.OfType<AttentionOperation>().First().Shape;
        return string.Create(CultureInfo.InvariantCulture,
            $"{LayerCount} layers, {heads.QueryHeadCount}/{heads.KvHeadCount} heads of {heads.HeadSize}, hidden {_weights.Embeddings[0].Source.InputCount}, vocabulary {VocabularySize}, weights {string.Join(" + ", formats)} ({WeightBytes / 1048576.0:F1} MiB), working memory {WorkingBytes / 1048576.0:F1} MiB, {ThreadCount} threads");
    }

    private static string Format(int bits, int blockSize, OnnxTensor weights) =>
        bits == 0 ? OnnxDataTypes.NameOf(weights.DataType) : blockSize == 0 ? $"int{bits} by rows" : $"int{bits} block {blockSize}";
}

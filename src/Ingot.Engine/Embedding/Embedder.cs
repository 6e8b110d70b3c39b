using System.Diagnostics;
using System.Threading.Channels;
using Ingot.Compute;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Running;
using Ingot.Engine.Sessions;
using Ingot.Errors;
using Ingot.OnnxRuntime;
using Microsoft.Extensions.Logging;

namespace Ingot.Engine.Embedding;

/// <summary>
/// Tokens in, vectors out: computes the sequences of many requests together on one model. Knows nothing of text, HTTP or
/// kernels. Thread-safe; everything inside belongs to one thread of its own, reached only by a channel.
/// </summary>
public sealed class Embedder : IDisposable
{
    // Beyond this, more tokens in a step make nothing faster, and working memory grows with them.
    internal const int StepTokens = 1024;

    private readonly IEmbeddingRunner _runner;
    private readonly PoolingSettings _pooling;
    private readonly EngineOptions _options;
    private readonly ILogger _logger;
    private readonly Channel<EmbeddingJob> _incoming =
        Channel.CreateUnbounded<EmbeddingJob>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false });

    private readonly EmbeddingQueue _queue;
    private readonly List<(EmbeddingJob Job, int Sequence, ReadOnlyMemory<int> Tokens)> _step = [];
    private readonly List<ReadOnlyMemory<int>> _sequences = [];
    private readonly Thread _thread;
    private float[] _vectors = [];
    private int _openRequests;
    private long _steps, _sequenceCount, _tokens, _ticks;
    private volatile bool _stopping;

    /// <summary>Starts an embedder, with its thread, on a model.</summary>
    /// <param name="runner">The model; the embedder owns it from here on, and disposes it when it stops.</param>
    /// <param name="pooling">Whether its vectors are brought to length 1.</param>
    /// <param name="options">How to share the machine; <see cref="EngineOptions.MaxSequences"/> and <see cref="EngineOptions.QueueCapacity"/> bound the requests at a time.</param>
    /// <param name="logger">Where failures go; no input or vector is logged.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/>: an option is out of its range.</exception>
    public Embedder(IEmbeddingRunner runner, PoolingSettings pooling, EngineOptions options, ILogger<Embedder> logger)
    {
        options.Validate();
        (_runner, _pooling, _options, _logger) = (runner, pooling, options, new ForgivingLogger(logger));
        _queue = new EmbeddingQueue(runner.MaxStepTokens);
        _thread = new Thread(Run) { IsBackground = true, Name = $"Ingot embedder {options.Name}" };
        _thread.Start();
        _logger.EmbedderStarted(options.Name, runner.Width, runner.ContextLength, runner.MaxStepTokens);
    }

    /// <summary>Numbers in a vector.</summary>
    public int Width => _runner.Width;

    /// <summary>The most tokens of one sequence.</summary>
    public int ContextLength => _runner.ContextLength;

    /// <summary>Token ids are 0 to this - 1.</summary>
    public int VocabularySize => _runner.VocabularySize;

    /// <summary>Bytes of memory the model holds: its weights and its cache, if it has one.</summary>
    public long MemoryBytes => _runner.MemoryBytes;

    /// <summary>What it has done; the numbers may be one step apart.</summary>
    public EmbedderStatistics Statistics => new(
        Volatile.Read(ref _steps), Volatile.Read(ref _sequenceCount), Volatile.Read(ref _tokens), Stopwatch.GetElapsedTime(0, Volatile.Read(ref _ticks)));

    /// <summary>Loads a model folder, with the runner that the options ask for, and starts an embedder on it. Takes as long as reading the weights.</summary>
    /// <param name="folder">The opened folder, of a model for vectors of texts.</param>
    /// <param name="options">How to share the machine.</param>
    /// <param name="loggers">Where the embedder's logger comes from.</param>
    /// <param name="cancellation">Gives up loading.</param>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.ModelInvalid"/>, <see cref="ErrorCode.ModelUnsupported"/> (also: the folder's model is not for vectors),
    /// <see cref="ErrorCode.InsufficientMemory"/>, <see cref="ErrorCode.InvalidValue"/> (an option is out of its range).
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static Embedder Load(ModelFolder folder, EngineOptions options, ILoggerFactory loggers, CancellationToken cancellation)
    {
        options.Validate();
        if (folder.Config.Pooling is not { } pooling)
            throw new IngotException(ErrorCode.ModelUnsupported, $"The model in {folder.Path} generates text and makes no vectors.");
        if (folder.Config.Encoder is null && pooling.Mode is PoolingMode.First)
            throw new IngotException(ErrorCode.ModelUnsupported, $"{GenAiConfigReader.FileName}: model.pooling.mode is 'cls', but a decoder's first token knows nothing of what follows it.");
        ILogger<Embedder> given = loggers.CreateLogger<Embedder>();
        var logger = new ForgivingLogger(given);
        string summary = "";
        var (runner, facts) = new RunnerChoice<IEmbeddingRunner>(options.Name, options.Runtime, logger).Load(
            () => LoadOwn(folder, pooling, options, cancellation, out summary),
            (library, target) => LoadSession(folder, pooling, options, library, target, out summary));
        logger.Loaded(options.Name, summary);
        FolderNotes.Tell(folder, options, facts, logger);
        return new Embedder(runner, pooling, options, given) { Runner = facts };
    }

    /// <summary>What computes the model, and why.</summary>
    public RunnerFacts Runner { get; private init; } = RunnerFacts.Given;

    /// <summary>Computes the vectors of some sequences, together with those of other requests.</summary>
    /// <param name="sequences">Token ids of each, in order; must not change until the task has ended.</param>
    /// <param name="cancellation">Gives up; the task is then cancelled by the next step.</param>
    /// <returns>
    /// One vector a sequence, in their order. Fails with <see cref="IngotException"/>: <see cref="ErrorCode.Internal"/> when the model failed,
    /// <see cref="ErrorCode.EngineStopped"/> when the embedder was disposed.
    /// </returns>
    /// <exception cref="IngotException">
    /// At once, before anything is computed: <see cref="ErrorCode.MissingRequiredParameter"/> (no sequences, or one without tokens),
    /// <see cref="ErrorCode.InvalidValue"/> (an unknown token id), <see cref="ErrorCode.ContextLengthExceeded"/>,
    /// <see cref="ErrorCode.QueueFull"/>, <see cref="ErrorCode.EngineStopped"/>.
    /// </exception>
    public Task<IReadOnlyList<float[]>> EmbedAsync(IReadOnlyList<ReadOnlyMemory<int>> sequences, CancellationToken cancellation)
    {
        if (_stopping)
            throw StoppedError();
        EmbeddingRules.Check(sequences, _runner);
        int capacity = _options.MaxSequences + _options.QueueCapacity;
        if (Interlocked.Increment(ref _openRequests) > capacity)
        {
            Interlocked.Decrement(ref _openRequests);
            throw new IngotException(ErrorCode.QueueFull, $"The model already has {capacity} requests; try again shortly.");
        }
        var job = new EmbeddingJob(sequences, cancellation);
        if (_incoming.Writer.TryWrite(job))
            return job.Done;
        Interlocked.Decrement(ref _openRequests);
        throw StoppedError();
    }

    /// <summary>
    /// Ends every request with <see cref="ErrorCode.EngineStopped"/>, waits for the step under way, and disposes the model.
    /// Safe to call twice and from any thread.
    /// </summary>
    public void Dispose()
    {
        _stopping = true;
        _incoming.Writer.TryComplete();
        if (Thread.CurrentThread != _thread)
            _thread.Join();
    }

    private void Run()
    {
        while (TakeIncoming())
        {
            _step.Clear();
            _queue.TakeStep(_step);
            if (_step.Count > 0)
                Step();
        }
        while (_incoming.Reader.TryRead(out EmbeddingJob? arrived))
            _queue.Add(arrived);
        foreach (EmbeddingJob job in _queue.Jobs)
            End(job, StoppedError());
        _runner.Dispose();
    }

    /// <summary>Takes in what was submitted and drops what was cancelled; sleeps while there is nothing to do.</summary>
    /// <returns>False when the embedder is to stop.</returns>
    private bool TakeIncoming()
    {
        if (_queue.Jobs.Count == 0)
            _incoming.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();
        while (_incoming.Reader.TryRead(out EmbeddingJob? arrived))
            _queue.Add(arrived);
        foreach (EmbeddingJob job in _queue.Jobs)
        {
            if (job.IsCancelled)
                End(job, null);
        }
        _queue.Remove(job => job.IsEnded);
        return !_stopping;
    }

    private void Step()
    {
        // What goes wrong here, be it want of memory for the vectors, costs the step and never the thread.
        try
        {
            _sequences.Clear();
            long tokens = 0;
            foreach (var (_, _, sequence) in _step)
            {
                _sequences.Add(sequence);
                tokens += sequence.Length;
            }
            int needed = checked(_step.Count * _runner.Width);
            if (_vectors.Length < needed)
                _vectors = new float[Math.Max(needed, (int)Math.Min(2L * _vectors.Length, Array.MaxLength))];
            long started = Stopwatch.GetTimestamp();
            _runner.Embed(_sequences, _vectors.AsSpan(0, needed));
            // Before the answers, so that whoever has one finds it counted.
            Volatile.Write(ref _steps, _steps + 1);
            Volatile.Write(ref _sequenceCount, _sequenceCount + _step.Count);
            Volatile.Write(ref _tokens, _tokens + tokens);
            Volatile.Write(ref _ticks, _ticks + Stopwatch.GetTimestamp() - started);
            Deliver();
        }
        catch (Exception exception)
        {
            _logger.StepFailed(_options.Name, _step.Count, exception);
            foreach (var (job, _, _) in _step)
                End(job, new IngotException(ErrorCode.Internal, "The model failed on this request; the log has the details.", inner: exception));
        }
    }

    private void Deliver()
    {
        for (int i = 0; i < _step.Count; i++)
        {
            var (job, sequence, _) = _step[i];
            float[] vector = _vectors.AsSpan(i * _runner.Width, _runner.Width).ToArray();
            if (_pooling.Normalize)
                VectorLength.Normalize(vector);
            if (!vector.All(float.IsFinite))
            {
                _logger.VectorNotFinite(_options.Name);
                End(job, new IngotException(ErrorCode.Internal, "The model's output was not a number; the request was ended."));
            }
            else if (!job.IsEnded && job.Deliver(sequence, vector))
            {
                Interlocked.Decrement(ref _openRequests);
            }
        }
    }

    private static IEmbeddingRunner LoadOwn(ModelFolder folder, PoolingSettings pooling, EngineOptions options, CancellationToken cancellation, out string summary)
    {
        if (folder.Config.Encoder is { } encoder)
        {
            // A sequence must fit a step whole: each of its tokens sees all others.
            int tokens = Math.Max(StepTokens, Math.Min(folder.Config.ContextLength, ComputeOptions.MostStepTokens));
            var loaded = EncoderRunner.Load(folder, encoder, pooling, new ComputeOptions { ThreadCount = options.ThreadCount, MaxStepTokens = tokens }, cancellation);
            summary = loaded.Summary;
            return loaded;
        }
        ExecutorRunner rows = ExecutorRunner.Load(folder, DecoderEmbeddingRunner.OptionsFor(options, folder.Config.ContextLength), cancellation);
        summary = rows.Summary;
        return new DecoderEmbeddingRunner(rows, folder.Config.VocabularySize, pooling.Mode);
    }

    private static IEmbeddingRunner LoadSession(
        ModelFolder folder, PoolingSettings pooling, EngineOptions options, OnnxRuntimeLibrary library, ExecutionTarget? target, out string summary)
    {
        if (folder.Config.Encoder is not null)
        {
            SessionEncoder encoder = SessionEncoder.Load(folder, pooling, options, library, target);
            summary = encoder.Summary;
            return encoder;
        }
        // Sequences have a run each there, so that a second slot would lie idle.
        EngineOptions alone = DecoderEmbeddingRunner.OptionsFor(options, folder.Config.ContextLength) with { MaxSequences = 1 };
        SessionRunner rows = SessionRunner.Load(folder, alone, library, target);
        summary = rows.Summary;
        return new DecoderEmbeddingRunner(rows, folder.Config.VocabularySize, pooling.Mode);
    }

    // A null reason: its caller cancelled it. A job may be in a step several times and ends once.
    private void End(EmbeddingJob job, Exception? reason)
    {
        if (reason is null ? job.TryCancel() : job.TryFail(reason))
            Interlocked.Decrement(ref _openRequests);
    }

    private static IngotException StoppedError() => new(ErrorCode.EngineStopped, "The model's engine has stopped.");
}

using Ingot.Compute;
using Ingot.Engine.Running;
using Ingot.Errors;

namespace Ingot.Engine;

/// <summary>How an engine shares the machine between its requests. Fixed when the engine starts.</summary>
public sealed record EngineOptions
{
    /// <summary>The most threads that may compute a step.</summary>
    public const int MostThreads = ComputeOptions.MostThreads;

    /// <summary>Threads that compute where <see cref="ThreadCount"/> does not say, at least 1.</summary>
    public static int MachineCores => Compute.Machine.MachineCores.Count;

    /// <summary>What logs and metrics call this engine: the model's id. Default "model".</summary>
    public string Name { get; init; } = "model";

    /// <summary>Requests computed together, 1..1024; fewer where their logits would take more than 2 GiB. Default 16.</summary>
    public int MaxSequences { get; init; } = 16;

    /// <summary>Requests that may wait beyond those computed together, 0..65536; the next one is refused with <see cref="ErrorCode.QueueFull"/>. Default 64.</summary>
    public int QueueCapacity { get; init; } = 64;

    /// <summary>
    /// Tokens in one step, from <see cref="MaxSequences"/> to 65536. Beside answers under way fewer of a prompt are computed at once, so that
    /// a step hardly ever takes them more than three times as long as one without. Null (default): as many as suit
    /// what computes, but no fewer than <see cref="MaxSequences"/>.
    /// </summary>
    public int? StepTokenBudget { get; init; }

    /// <summary>
    /// Bytes for the key-value cache. Null (default): enough for <see cref="MaxSequences"/> full contexts, but no more than
    /// a quarter of the free memory; one full context may take up to half of it.
    /// </summary>
    public long? KvCacheBytes { get; init; }

    /// <summary>
    /// Tokens of one answer computed together on a guess, 0..64, where that pays: what the prompt, the answer so far, a prediction or an
    /// earlier answer to the same prompt says next; of all answers together never more than 32 in a step. The answer is the same with it and without. 0: never. Default 24.
    /// </summary>
    public int MaxDraftTokens { get; init; } = 24;

    /// <summary>
    /// How keys and values are kept. Less memory for each costs a little accuracy (<c>docs/kv-cache.md</c>). Default <see cref="KvCacheFormat.Fp32"/>.
    /// Models that make vectors of texts keep theirs as they are, whatever this says.
    /// </summary>
    public KvCacheFormat KvCache { get; init; }

    /// <summary>
    /// Whether a request finds what earlier ones of its <see cref="GenerationRequest.CacheScope"/> have computed of the same tokens, and guesses by
    /// what they were told. True (default): nothing but time, and the cached tokens of the usage, depends on it. False: no request's time tells what others have asked; the
    /// answers to one prompt (<c>n</c>) still share it.
    /// </summary>
    public bool PrefixCache { get; init; } = true;

    /// <summary>
    /// Threads that compute one step, 0 to <see cref="MostThreads"/>. 0 (default): <see cref="MachineCores"/>, the cores this process may use, and no
    /// more than a container or service gets the time of.
    /// </summary>
    public int ThreadCount { get; init; }

    /// <summary>
    /// Whether short trials, when the model has been loaded, decide in how many shares a step's work is dealt out to threads, and whether acceleration that is asked
    /// for is faster here. True (default) takes some 2 % of a load that takes 160 milliseconds or more. False: the usual shares, and what is asked for.
    /// </summary>
    public bool Calibrate { get; init; } = true;

    /// <summary>What computes the model. Default: Ingot's own executor, and nothing else.</summary>
    public RuntimeOptions Runtime { get; init; } = new();

    /// <summary>Throws <see cref="ErrorCode.InvalidValue"/> naming every option out of its range.</summary>
    public void Validate()
    {
        List<string> mistakes = [];
        if (string.IsNullOrWhiteSpace(Name))
            mistakes.Add("Name is empty");
        if (MaxSequences is < 1 or > 1024)
            mistakes.Add($"MaxSequences is {MaxSequences}, not 1 to 1024");
        if (QueueCapacity is < 0 or > 65_536)
            mistakes.Add($"QueueCapacity is {QueueCapacity}, not 0 to 65536");
        if (StepTokenBudget < MaxSequences || StepTokenBudget > 65_536)
            mistakes.Add($"StepTokenBudget is {StepTokenBudget}, not MaxSequences ({MaxSequences}) to 65536");
        if (KvCacheBytes is <= 0)
            mistakes.Add($"KvCacheBytes is {KvCacheBytes}, not above 0");
        if (MaxDraftTokens is < 0 or > 64)
            mistakes.Add($"MaxDraftTokens is {MaxDraftTokens}, not 0 to 64");
        if (!Enum.IsDefined(KvCache))
            mistakes.Add($"KvCache is {KvCache}, none of {string.Join(", ", Enum.GetNames<KvCacheFormat>())}");
        if (ThreadCount is < 0 or > MostThreads)
            mistakes.Add($"ThreadCount is {ThreadCount}, not 0 to {MostThreads}");
        if (mistakes.Count > 0)
            throw new IngotException(ErrorCode.InvalidValue, $"Engine options: {string.Join("; ", mistakes)}.");
    }
}

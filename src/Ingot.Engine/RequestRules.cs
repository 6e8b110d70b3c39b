using System.Collections.Frozen;
using Ingot.Engine.KvCache;
using Ingot.Engine.Sampling;
using Ingot.Engine.Scheduling;
using Ingot.Errors;

namespace Ingot.Engine;

/// <summary>What a request must be for the engine to run it to its end. Checked once, on the asking thread; nothing behind it checks again.</summary>
internal sealed class RequestRules(IModelRunner runner, EngineOptions options)
{
    private readonly FrozenSet<int> _endOfSequence = runner.EndOfSequenceIds.ToFrozenSet();
    private readonly int _vocabulary = runner.VocabularySize;
    private readonly int _context = runner.ContextLength;
    private readonly int _blockSize = runner.BlockSize;
    private readonly LengthRanges _ranges = new(runner.RotaryLimits);
    private readonly long _cacheTokens = (long)runner.BlockCount * runner.BlockSize;

    /// <summary>Answers that there is room for at once, made or waiting.</summary>
    public int Capacity { get; } = options.MaxSequences + options.QueueCapacity;

    /// <summary>Checks everything, before anything is made of the request.</summary>
    /// <param name="request">What all answers continue.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <returns>The tokens of each answer, at most.</returns>
    /// <exception cref="IngotException">The request breaks a rule.</exception>
    public int Check(GenerationRequest request, int count)
    {
        if (count > Capacity)
            throw new IngotException(ErrorCode.InvalidValue, $"'n' must be at most {Capacity}: the model has room for that many answers at once, made or waiting.", "n");
        request.Sampling.Validate(_vocabulary);
        if (request.TopLogProbabilities is < 0 or > LogProbabilities.MostAlternatives)
            throw new IngotException(ErrorCode.InvalidValue, $"'top_logprobs' must be between 0 and {LogProbabilities.MostAlternatives}.", "top_logprobs");
        if (request.PromptLogProbabilities && request.TopLogProbabilities is null)
            throw new IngotException(ErrorCode.InvalidValue, "'logprobs' of the prompt need a number of 'top_logprobs'.", "logprobs");
        CheckTokens(request.Prompt, "prompt");
        CheckTokens(request.StopTokens, "stop");
        CheckTokens(request.Prediction, "prediction");
        return CheckLength(request.Prompt.Count, request.MaxTokens);
    }

    /// <summary>Makes the sequences, which share their prompt.</summary>
    /// <param name="request">What was checked.</param>
    /// <param name="count">How many.</param>
    /// <param name="maxTokens">What the check gave.</param>
    public Sequence[] MakeSequences(GenerationRequest request, int count, int maxTokens)
    {
        IReadOnlySet<int> endTokens = EndTokens(request);
        SharedPrompt? shared = count > 1 ? new SharedPrompt(request.Prompt.Count, _blockSize, runner.CanCopyBlocks) : null;
        // Answers to one prompt compute it once in any case.
        PrefixScope scope = options.PrefixCache ? _ranges.ScopeOf(request.CacheScope) : _ranges.ScopeApart();
        var sequences = new Sequence[count];
        for (int i = 0; i < count; i++)
            sequences[i] = new Sequence(request.Prompt, maxTokens, endTokens, shared, request.PromptLogProbabilities, _ranges, scope);
        return sequences;
    }

    private void CheckTokens(IReadOnlyList<int> tokens, string field)
    {
        foreach (int token in tokens)
        {
            if (token < 0 || token >= _vocabulary)
                throw new IngotException(ErrorCode.InvalidValue, $"'{field}' has token id {token}, but the model's ids are 0 to {_vocabulary - 1}.", field);
        }
    }

    /// <summary>The tokens to generate, at most.</summary>
    private int CheckLength(int prompt, int? requested)
    {
        if (prompt == 0)
            throw new IngotException(ErrorCode.MissingRequiredParameter, "The prompt has no tokens.", "messages");
        if (requested is < 0)
            throw new IngotException(ErrorCode.InvalidValue, "'max_tokens' must be at least 0.", "max_tokens");
        if (prompt > _context - Math.Min(requested ?? 1, 1))
        {
            throw new IngotException(
                ErrorCode.ContextLengthExceeded,
                $"This model's maximum context length is {_context} tokens. However, your messages resulted in {prompt} tokens. "
                + "Please reduce the length of the messages.",
                "messages");
        }
        if (requested > _context - prompt)
        {
            throw new IngotException(
                ErrorCode.ContextLengthExceeded,
                $"This model's maximum context length is {_context} tokens. However, you requested {(long)prompt + requested} tokens "
                + $"({prompt} in the messages, {requested} in the completion). Please reduce the length of the messages or completion.",
                "max_tokens");
        }
        // The last token generated is never computed, so it needs no room in the cache.
        long room = _cacheTokens - prompt + 1;
        if (room < Math.Max(requested ?? 1, 1))
        {
            throw new IngotException(
                ErrorCode.InsufficientMemory,
                $"The key-value cache holds {_cacheTokens} tokens, too few for {prompt} prompt tokens and {requested ?? 1} more. "
                + "Ask for fewer, or give the model more cache memory.");
        }
        return requested ?? (int)Math.Min(_context - prompt, room);
    }

    private IReadOnlySet<int> EndTokens(GenerationRequest request)
    {
        if (request.StopTokens.Count == 0)
            return request.IgnoreEndOfSequence ? FrozenSet<int>.Empty : _endOfSequence;
        HashSet<int> all = [.. request.StopTokens];
        if (!request.IgnoreEndOfSequence)
            all.UnionWith(_endOfSequence);
        return all;
    }
}

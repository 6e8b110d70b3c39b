using Ingot.Engine;
using Ingot.Engine.Sampling;
using Ingot.Errors;
using Ingot.Service.Chat;
using Ingot.Service.Hosting;

namespace Ingot.Service.Completions;

/// <summary>Continues texts as they are: finds and leases the model, tokenises the prompts, submits them, and reads the tokens back into text. Thread-safe.</summary>
/// <param name="models">Where models come from.</param>
/// <param name="options">How much one turn may ask for.</param>
public sealed class CompletionService(ModelHost models, IngotOptions options)
{
    private const int UsualMaxTokens = 16;
    private static readonly OutputMarkup PlainText = new(ToolCalls: null, Reasoning: null, StartsInReasoning: false);

    /// <summary>Begins the answers. Everything that can be refused is refused here, before the first update.</summary>
    /// <param name="turn">What to continue, and how.</param>
    /// <param name="cancellationToken">Ends the answers, also while they are read.</param>
    /// <returns>The answers being made; the caller disposes them.</returns>
    /// <exception cref="IngotException">
    /// Unknown, unloadable or unfit model; values out of range; a prompt that is empty or beyond the context; a full queue.
    /// </exception>
    public async Task<CompletionRun> StartAsync(CompletionTurn turn, CancellationToken cancellationToken = default)
    {
        CompletionTurnRules.Check(turn, options);
        var lease = await models.AcquireAsync(turn.Model, turn.TimeToLive, turn.ExecutionProvider, cancellationToken);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Revoked);
        try
        {
            return Start(turn, options.CacheScopeOf(turn.Caller), lease, stop, cancellationToken);
        }
        catch
        {
            // Prompts that were submitted before one was refused are given up too.
            await stop.CancelAsync();
            stop.Dispose();
            lease.Dispose();
            throw;
        }
    }

    private static CompletionRun Start(CompletionTurn turn, string? scope, ModelLease lease, CancellationTokenSource stop, CancellationToken caller)
    {
        var model = lease.Model;
        var each = turn.BestOf ?? turn.Choices;
        var sampling = SamplingDefaults.Fill(turn.Sampling, each, model.Folder.Config.Search);
        List<PreparedPrompt> prompts = [.. turn.Prompts.Select(prompt => Prepare(prompt, turn, model))];
        var readers = new List<ChoiceReader>();
        var events = new List<IAsyncEnumerable<TokenEvent>>();
        foreach (var prompt in prompts)
        {
            for (var choice = 0; choice < each; choice++)
                readers.Add(new ChoiceReader(readers.Count, model.Tokenizer, turn.Stop, PlainText, prompt.Tokens, EchoOf(prompt, turn, model)));
            events.AddRange(model.Engine.Generate(Request(prompt, sampling, turn) with { CacheScope = scope }, each, stop.Token));
        }

        var answers = new ChatRun(lease, prompts.Sum(prompt => prompt.Tokens.Count), readers, events, stop, caller, each);
        var best = turn.BestOf is null ? null : new BestAnswers(readers, each, turn.Choices, turn.TopLogProbabilities is not null);
        var echoes = turn.Echo && turn.TopLogProbabilities is null ? prompts.SelectMany(prompt => Enumerable.Repeat(prompt.Text, turn.Choices)) : [];
        return new CompletionRun(answers, best, [.. echoes]);
    }

    private static PreparedPrompt Prepare(CompletionPrompt prompt, CompletionTurn turn, LoadedModel model)
    {
        var tokenizer = model.Tokenizer;
        var prepared = prompt switch
        {
            CompletionPrompt.OfText text when !string.IsNullOrEmpty(turn.Suffix) =>
                new PreparedPrompt(text.Value, tokenizer.Encode(TokensFor(model).Render(text.Value, turn.Suffix), addSpecialTokens: true), IsText: true),
            CompletionPrompt.OfText text => new PreparedPrompt(text.Value, tokenizer.Encode(text.Value, addSpecialTokens: true), IsText: true),
            CompletionPrompt.OfTokens tokens => new PreparedPrompt(tokenizer.Decode(tokens.Ids, skipSpecialTokens: false), tokens.Ids, IsText: false),
            _ => throw new ArgumentOutOfRangeException(nameof(prompt), prompt, "is neither text nor tokens"),
        };
        return prepared with { MaxTokens = Limit(prepared.Tokens.Count, turn.MaxTokens, model) };
    }

    private static FillInTheMiddle TokensFor(LoadedModel model) => FillInTheMiddle.Of(model.Tokenizer)
        ?? throw CompletionTurnRules.Refusal(ErrorCode.UnsupportedValue, "suffix",
            $"cannot be used with model '{model.Entry.Id}': its tokenizer has no fill-in-the-middle tokens");

    private static int Limit(int promptTokens, int? wanted, LoadedModel model)
    {
        if (promptTokens == 0)
            throw CompletionTurnRules.Refusal(ErrorCode.InvalidValue, "prompt", "has no tokens");
        var left = model.ContextLength - promptTokens;
        var least = Math.Min(wanted ?? 1, 1);
        if (left < least || wanted > left)
        {
            throw new IngotException(ErrorCode.ContextLengthExceeded,
                $"This model's maximum context length is {model.ContextLength} tokens. However, you requested {(long)promptTokens + (wanted ?? 1)} tokens "
                + $"({promptTokens} in the prompt, {wanted ?? 1} in the completion). Please reduce the prompt or the completion.",
                left < least ? "prompt" : "max_tokens");
        }

        return wanted ?? Math.Min(UsualMaxTokens, left);
    }

    private static GenerationRequest Request(PreparedPrompt prompt, SamplingOptions sampling, CompletionTurn turn) => new()
    {
        Prompt = prompt.Tokens,
        Sampling = sampling,
        MaxTokens = prompt.MaxTokens,
        TopLogProbabilities = turn.TopLogProbabilities ?? (turn.BestOf is null ? null : 0),
        PromptLogProbabilities = turn is { Echo: true, TopLogProbabilities: not null },
    };

    // What a tokenizer adds around a text is no part of it.
    private static PromptEcho? EchoOf(PreparedPrompt prompt, CompletionTurn turn, LoadedModel model)
    {
        if (turn is not { Echo: true, TopLogProbabilities: not null })
            return null;
        if (!prompt.IsText)
            return new PromptEcho(prompt.Text, 0, prompt.Tokens.Count);
        var own = model.Tokenizer.Encode(prompt.Text, addSpecialTokens: false);
        var added = Enumerable.Range(0, prompt.Tokens.Count - own.Count + 1).FirstOrDefault(first => prompt.Tokens.Skip(first).Take(own.Count).SequenceEqual(own));
        return new PromptEcho(prompt.Text, added, own.Count);
    }

    private sealed record PreparedPrompt(string Text, IReadOnlyList<int> Tokens, bool IsText)
    {
        public int MaxTokens { get; init; }
    }
}

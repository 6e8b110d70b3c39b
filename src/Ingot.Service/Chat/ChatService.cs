using Ingot.Engine;
using Ingot.Engine.Sampling;
using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Service.Chat.Constraints;
using Ingot.Service.Hosting;

namespace Ingot.Service.Chat;

/// <summary>
/// Answers conversations: finds and leases the model, renders and tokenises the prompt, submits it, and reads the tokens
/// back into text, thinking and function calls. Knows nothing of HTTP. Thread-safe.
/// </summary>
/// <param name="models">Where models come from.</param>
/// <param name="options">How much one turn may ask for.</param>
public sealed class ChatService(ModelHost models, IngotOptions options)
{
    /// <summary>Begins an answer. Everything that can be refused is refused here, before the first update.</summary>
    /// <param name="turn">What to answer, and how.</param>
    /// <param name="cancellationToken">Ends the answer, also while it is read.</param>
    /// <returns>The answer being made; the caller disposes it.</returns>
    /// <exception cref="IngotException">
    /// Unknown, unloadable or unfit model; a template that refuses the messages; values out of range; a prompt beyond the context; a full queue.
    /// </exception>
    public async Task<ChatRun> StartAsync(ChatTurn turn, CancellationToken cancellationToken = default)
    {
        ChatTurnRules.Check(turn, options);
        var plan = AnswerPlan.Of(turn);
        var lease = await models.AcquireAsync(turn.Model, turn.TimeToLive, turn.ExecutionProvider, cancellationToken);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Revoked);
        try
        {
            return Start(turn, plan, options.CacheScopeOf(turn.Caller), lease, stop, cancellationToken);
        }
        catch
        {
            stop.Dispose();
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Brings a model into memory, so that the first answer comes without delay.</summary>
    /// <param name="model">Its catalog entry.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException">Not on this machine, or not loadable.</exception>
    public Task LoadAsync(ModelEntry model, CancellationToken cancellationToken = default) => models.LoadAsync(model, cancellationToken);

    /// <summary>Counts the tokens of a turn's prompt, as the model would get it.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException">As <see cref="StartAsync"/>.</exception>
    public async Task<int> CountTokensAsync(ChatTurn turn, CancellationToken cancellationToken = default)
    {
        ChatTurnRules.Check(turn, options);
        using var lease = await models.AcquireAsync(turn.Model, turn.TimeToLive, turn.ExecutionProvider, cancellationToken);
        return lease.Model.Tokenizer.Encode(PromptBuilder.Render(turn, lease.Model), addSpecialTokens: false).Count;
    }

    private static ChatRun Start(ChatTurn turn, AnswerPlan? plan, string? scope, ModelLease lease, CancellationTokenSource stop, CancellationToken caller)
    {
        var model = lease.Model;
        var prompt = PromptBuilder.Render(turn, model);
        var tokens = model.Tokenizer.Encode(prompt, addSpecialTokens: false);
        var maxTokens = Limit(turn, tokens.Count, model);
        var markup = OutputMarkup.For(turn, model, prompt.Text);
        var constraint = plan is null || markup.IsLeftAlone ? null : model.Constraints.For(turn, plan, scope, markup, model);
        var request = new GenerationRequest
        {
            Prompt = tokens,
            Sampling = SamplingDefaults.Fill(turn.Sampling, turn.Choices, model.Folder.Config.Search),
            MaxTokens = maxTokens,
            TopLogProbabilities = turn.TopLogProbabilities,
            Prediction = turn.Prediction is null ? [] : [.. model.Tokenizer.Encode(turn.Prediction, addSpecialTokens: false).Take(model.ContextLength)],
            Constraint = constraint is null ? null : () => new ConstrainedAnswer(constraint.Start()),
            CacheScope = scope,
        };
        ChoiceReader[] readers =
            [.. Enumerable.Range(0, turn.Choices).Select(choice => new ChoiceReader(choice, model.Tokenizer, turn.Stop, markup))];
        return new ChatRun(lease, tokens.Count, readers, model.Engine.Generate(request, turn.Choices, stop.Token), stop, caller) { Sampling = request.Sampling };
    }

    // The engine knows the model's own limit; an option may set a lower one.
    private static int? Limit(ChatTurn turn, int promptTokens, LoadedModel model)
    {
        if (model.ContextLength >= model.Folder.Config.ContextLength)
            return turn.MaxTokens;
        var left = model.ContextLength - promptTokens;
        if (left < 1 || turn.MaxTokens > left)
        {
            throw new IngotException(ErrorCode.ContextLengthExceeded,
                $"The prompt has {promptTokens} tokens{(turn.MaxTokens is { } wanted ? $" and {wanted} are asked for" : "")}, but this service allows {model.ContextLength} together.",
                left < 1 ? "messages" : "max_tokens");
        }

        return turn.MaxTokens ?? left;
    }
}

using System.Runtime.CompilerServices;
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Betalgo.Ranul.OpenAI.ObjectModels.ResponseModels;
using Microsoft.AI.Foundry.Local.Chat;
using Microsoft.AI.Foundry.Local.OpenAI;
using Microsoft.AI.Foundry.Local.Running;
using ToolChoice = Betalgo.Ranul.OpenAI.ObjectModels.RequestModels.ToolChoice;
using ToolDefinition = Betalgo.Ranul.OpenAI.ObjectModels.RequestModels.ToolDefinition;

namespace Microsoft.AI.Foundry.Local;

/// <summary>Chats with one loaded model. May be used by many threads at once, as long as nobody changes <see cref="Settings"/> meanwhile.</summary>
public class OpenAIChatClient
{
    private readonly string _modelId;
    private readonly Session _session;

    internal OpenAIChatClient(string modelId, Session session)
    {
        _modelId = modelId;
        _session = session;
    }

    /// <summary>How answers are made; absent fields leave the choice to the model.</summary>
    public record ChatSettings
    {
        /// <summary>-2 to 2.</summary>
        public float? FrequencyPenalty { get; set; }

        /// <summary>At least 1; absent leaves the rest of the context.</summary>
        public int? MaxTokens { get; set; }

        /// <summary>How many answers to give; default 1.</summary>
        public int? N { get; set; }

        /// <summary>0 to 2.</summary>
        public float? Temperature { get; set; }

        /// <summary>-2 to 2.</summary>
        public float? PresencePenalty { get; set; }

        /// <summary>Makes sampling repeatable.</summary>
        public int? RandomSeed { get; set; }

        /// <summary>At least 0; 0 keeps all tokens.</summary>
        public int? TopK { get; set; }

        /// <summary>0 (exclusive) to 1.</summary>
        public float? TopP { get; set; }

        /// <summary>The form answers must have; default free text.</summary>
        public ResponseFormatExtended? ResponseFormat { get; set; }

        /// <summary>Whether the model may, must or must not call one of the tools given; default it may.</summary>
        public ToolChoice? ToolChoice { get; set; }
    }

    /// <summary>How answers are made.</summary>
    public ChatSettings Settings { get; } = new();

    /// <summary>Gives the whole answer.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="ct">Stops the answer.</param>
    /// <exception cref="FoundryLocalException">The messages or settings are refused, or the model cannot be used any more.</exception>
    public Task<ChatCompletionCreateResponse> CompleteChatAsync(IEnumerable<ChatMessage> messages, CancellationToken? ct = null) =>
        CompleteChatAsync(messages, null, ct);

    /// <summary>Gives the whole answer, in which the model may call tools.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="tools">The tools the model may call; null for none.</param>
    /// <param name="ct">Stops the answer.</param>
    /// <exception cref="FoundryLocalException">The messages, tools or settings are refused, or the model cannot be used any more.</exception>
    public Task<ChatCompletionCreateResponse> CompleteChatAsync(
        IEnumerable<ChatMessage> messages, IEnumerable<ToolDefinition>? tools, CancellationToken? ct = null) => _session.RunAsync(
        async token =>
        {
            await using Answer answer = _session.Begin(TurnMapper.ToTurn(_modelId, messages, tools, Settings), token);
            var response = new ResponseMapper(_modelId);
            while (await answer.ReadAsync())
                response.Collect(answer.Current);
            return response.Whole();
        },
        ct);

    /// <summary>Gives the answer as it comes. A reader that stops reading stops the answer.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="ct">Stops the answer.</param>
    /// <exception cref="FoundryLocalException">The messages or settings are refused, or the model cannot be used any more.</exception>
    public IAsyncEnumerable<ChatCompletionCreateResponse> CompleteChatStreamingAsync(IEnumerable<ChatMessage> messages, CancellationToken ct) =>
        CompleteChatStreamingAsync(messages, null, ct);

    /// <summary>Gives the answer as it comes; the model may call tools. Calls come whole, with the piece that ends their choice.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="tools">The tools the model may call; null for none.</param>
    /// <param name="ct">Stops the answer.</param>
    /// <exception cref="FoundryLocalException">The messages, tools or settings are refused, or the model cannot be used any more.</exception>
    public async IAsyncEnumerable<ChatCompletionCreateResponse> CompleteChatStreamingAsync(
        IEnumerable<ChatMessage> messages, IEnumerable<ToolDefinition>? tools, [EnumeratorCancellation] CancellationToken ct)
    {
        Answer answer = _session.Begin(TurnMapper.ToTurn(_modelId, messages, tools, Settings), ct);
        await using ConfiguredAsyncDisposable closing = answer.ConfigureAwait(false);
        var response = new ResponseMapper(_modelId);
        while (await answer.ReadAsync().ConfigureAwait(false))
        {
            if (response.Piece(answer.Current) is { } piece)
                yield return piece;
        }
    }
}

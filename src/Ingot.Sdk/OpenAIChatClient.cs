using System.Runtime.CompilerServices;
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Betalgo.Ranul.OpenAI.ObjectModels.ResponseModels;
using Ingot.Service.Chat;
using Microsoft.AI.Foundry.Local.Chat;

namespace Microsoft.AI.Foundry.Local;

/// <summary>Chats with one loaded model, in process. May be used by many threads at once, as long as nobody changes <see cref="Settings"/> meanwhile.</summary>
public class OpenAIChatClient
{
    private readonly string _modelId;
    private readonly ChatService _chat;

    internal OpenAIChatClient(string modelId, ChatService chat)
    {
        _modelId = modelId;
        _chat = chat;
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
    }

    /// <summary>How answers are made.</summary>
    public ChatSettings Settings { get; } = new();

    /// <summary>Gives the whole answer.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="ct">Stops the answer.</param>
    /// <exception cref="FoundryLocalException">The messages or settings are refused, or the model is not loaded any more.</exception>
    public Task<ChatCompletionCreateResponse> CompleteChatAsync(IEnumerable<ChatMessage> messages, CancellationToken? ct = null) =>
        Refusals.TranslateAsync(async () =>
        {
            CancellationToken cancellationToken = ct ?? CancellationToken.None;
            await using ChatRun run = await _chat.StartAsync(TurnMapper.ToTurn(_modelId, messages, Settings), cancellationToken);
            var response = new ResponseMapper(run);
            await foreach (ChatUpdate update in run.Updates.WithCancellation(cancellationToken))
                response.Collect(update);
            return response.Whole();
        });

    /// <summary>Gives the answer as it comes.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="ct">Stops the answer.</param>
    /// <exception cref="FoundryLocalException">The messages or settings are refused, or the model is not loaded any more.</exception>
    public async IAsyncEnumerable<ChatCompletionCreateResponse> CompleteChatStreamingAsync(
        IEnumerable<ChatMessage> messages, [EnumeratorCancellation] CancellationToken ct)
    {
        await using ChatRun run = await Refusals.TranslateAsync(
            () => _chat.StartAsync(TurnMapper.ToTurn(_modelId, messages, Settings), ct));
        var response = new ResponseMapper(run);
        await using IAsyncEnumerator<ChatUpdate> updates = run.Updates.GetAsyncEnumerator(ct);
        while (await Refusals.TranslateAsync(() => updates.MoveNextAsync().AsTask()))
        {
            if (response.Piece(updates.Current) is { } piece)
                yield return piece;
        }
    }
}

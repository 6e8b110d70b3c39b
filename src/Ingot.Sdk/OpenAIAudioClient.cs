using Betalgo.Ranul.OpenAI.ObjectModels.ResponseModels;

namespace Microsoft.AI.Foundry.Local;

/// <summary>
/// Would transcribe speech. Programs that have it compile; no model run here understands speech, and every call says so.
/// </summary>
public class OpenAIAudioClient
{
    private readonly string _modelId;

    internal OpenAIAudioClient(string modelId) => _modelId = modelId;

    /// <summary>How speech is transcribed.</summary>
    public record AudioSettings
    {
        /// <summary>The language spoken; absent lets the model find out.</summary>
        public string? Language { get; set; }

        /// <summary>0 to 1.</summary>
        public float? Temperature { get; set; }
    }

    /// <summary>How speech is transcribed.</summary>
    public AudioSettings Settings { get; } = new();

    /// <summary>Refuses.</summary>
    /// <param name="audioFilePath">The recording.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="FoundryLocalException">Always.</exception>
    public Task<AudioCreateTranscriptionResponse> TranscribeAudioAsync(string audioFilePath, CancellationToken? ct = null) => throw Refusal();

    /// <summary>Refuses.</summary>
    /// <param name="audioFilePath">The recording.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="FoundryLocalException">Always.</exception>
    public IAsyncEnumerable<AudioCreateTranscriptionResponse> TranscribeAudioStreamingAsync(string audioFilePath, CancellationToken ct) => throw Refusal();

    private FoundryLocalException Refusal() =>
        new($"Model {_modelId} cannot transcribe: speech is not supported by this version. Chat and embedding models are: see GetChatClientAsync and GetEmbeddingClientAsync.");
}

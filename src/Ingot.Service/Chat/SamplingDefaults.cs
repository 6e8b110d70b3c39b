using Ingot.Engine.ModelFolders;
using Ingot.Engine.Sampling;

namespace Ingot.Service.Chat;

/// <summary>Fills what a request leaves open with what the model's makers recommend.</summary>
internal static class SamplingDefaults
{
    internal static SamplingOptions Fill(ChatTurn turn, SearchDefaults model)
    {
        var wanted = turn.Sampling;
        var usual = model.Sampling;
        return usual with
        {
            Temperature = wanted.Temperature ?? (AsksToDraw(turn) && !model.DoSample ? 1 : usual.Temperature),
            TopP = wanted.TopP ?? usual.TopP,
            TopK = wanted.TopK ?? usual.TopK,
            MinP = wanted.MinP ?? usual.MinP,
            RepetitionPenalty = wanted.RepetitionPenalty ?? usual.RepetitionPenalty,
            PresencePenalty = wanted.PresencePenalty ?? usual.PresencePenalty,
            FrequencyPenalty = wanted.FrequencyPenalty ?? usual.FrequencyPenalty,
            Seed = wanted.Seed is { } seed ? unchecked((ulong)seed) : null,
            LogitBias = wanted.LogitBias,
        };
    }

    // A model that takes the most likely token unless told otherwise is told otherwise by asking for several answers or a cut-off.
    private static bool AsksToDraw(ChatTurn turn) =>
        turn.Choices > 1 || turn.Sampling.TopP is not null || turn.Sampling.TopK is not null || turn.Sampling.MinP is not null;
}

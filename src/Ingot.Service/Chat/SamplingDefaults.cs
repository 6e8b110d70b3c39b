using Ingot.Engine.ModelFolders;
using Ingot.Engine.Sampling;

namespace Ingot.Service.Chat;

/// <summary>Fills what a request leaves open with what the model's makers recommend.</summary>
internal static class SamplingDefaults
{
    internal static SamplingOptions Fill(SamplingSettings wanted, int choices, SearchDefaults model)
    {
        var usual = model.Sampling;
        return usual with
        {
            Temperature = wanted.Temperature ?? (AsksToDraw(wanted, choices) && !model.DoSample ? 1 : usual.Temperature),
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
    private static bool AsksToDraw(SamplingSettings wanted, int choices) =>
        choices > 1 || wanted.TopP is not null || wanted.TopK is not null || wanted.MinP is not null;
}

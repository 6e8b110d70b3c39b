using System.Globalization;
using Ingot.Protocol.Sampling;
using Ingot.Service.Chat;

namespace Ingot.Server.Mapping;

/// <summary>Maps the fields that say how tokens are drawn.</summary>
internal static class SamplingMapper
{
    /// <summary>Maps them; what is absent stays absent, so that the model's own defaults apply.</summary>
    public static SamplingSettings ToSettings(ISamplingFields request) => new()
    {
        Temperature = request.Temperature,
        TopP = request.TopP,
        TopK = request.TopK ?? FromMetadata(request, "top_k", 0),
        MinP = request.MinP,
        RepetitionPenalty = request.RepetitionPenalty,
        PresencePenalty = request.PresencePenalty,
        FrequencyPenalty = request.FrequencyPenalty,
        Seed = ToSeed(request),
        LogitBias = ToBias(request.LogitBias),
    };

    private static long? ToSeed(ISamplingFields request) =>
        request.Seed is { } seed && request.RandomSeed is { } other && seed != other
            ? throw ChatMapper.Invalid("random_seed", "must not differ from 'seed'")
            : request.Seed ?? request.RandomSeed ?? FromMetadata(request, "random_seed", int.MinValue);

    private static Dictionary<int, float>? ToBias(IReadOnlyDictionary<string, float>? biases)
    {
        if (biases is null)
            return null;

        var mapped = new Dictionary<int, float>(biases.Count);
        foreach ((string token, float bias) in biases)
        {
            if (!int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
                throw ChatMapper.Invalid($"logit_bias.{token}", "must be keyed by a token id");
            mapped[id] = bias;
        }

        return mapped;
    }

    /// <summary>Foundry Local's SDK sends whole numbers as strings in <c>metadata</c>.</summary>
    private static int? FromMetadata(ISamplingFields request, string key, int least)
    {
        if (request.Metadata is null || !request.Metadata.TryGetValue(key, out string? text))
            return null;
        return int.TryParse(text, CultureInfo.InvariantCulture, out int number) && number >= least
            ? number
            : throw ChatMapper.Invalid($"metadata.{key}", $"must be a whole number of at least {least.ToString(CultureInfo.InvariantCulture)}");
    }
}

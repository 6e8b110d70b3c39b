using System.Globalization;
using Ingot.Protocol.Sampling;
using Ingot.Service.Chat;

namespace Ingot.Server.Mapping;

/// <summary>Maps the fields that say how tokens are drawn.</summary>
internal static class SamplingMapper
{
    private const float MaxBias = 100;

    /// <summary>Maps them; what is absent stays absent, so that the model's own defaults apply.</summary>
    public static SamplingSettings ToSettings(ISamplingFields request) => new()
    {
        Temperature = ChatMapper.InRange("temperature", request.Temperature, 0, 2),
        TopP = request.TopP is <= 0 ? throw ChatMapper.Invalid("top_p", "must be above 0") : ChatMapper.InRange("top_p", request.TopP, 0, 1),
        TopK = ChatMapper.InRange("top_k", request.TopK, 0, int.MaxValue) ?? FromMetadata(request, "top_k", 0),
        MinP = ChatMapper.InRange("min_p", request.MinP, 0, 1),
        RepetitionPenalty = request.RepetitionPenalty is <= 0
            ? throw ChatMapper.Invalid("repetition_penalty", "must be above 0")
            : ChatMapper.InRange("repetition_penalty", request.RepetitionPenalty, 0, 10),
        PresencePenalty = ChatMapper.InRange("presence_penalty", request.PresencePenalty, -2, 2),
        FrequencyPenalty = ChatMapper.InRange("frequency_penalty", request.FrequencyPenalty, -2, 2),
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
            string param = $"logit_bias.{token}";
            if (!int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
                throw ChatMapper.Invalid(param, "must be keyed by a token id");
            mapped[id] = ChatMapper.InRange<float>(param, bias, -MaxBias, MaxBias)!.Value;
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

using Ingot.Errors;
using Ingot.Protocol.Completions;
using Ingot.Service.Completions;
using Ingot.Service.Hosting;

namespace Ingot.Server.Mapping;

/// <summary>Turns a wire request into a <see cref="CompletionTurn"/>, or refuses it by naming the field. Nothing after this checks wire rules.</summary>
internal static class CompletionMapper
{
    /// <summary>Maps a request.</summary>
    /// <exception cref="IngotException">A field is absent, out of range, or asks for something not done here.</exception>
    public static CompletionTurn ToTurn(CompletionRequest request)
    {
        RefuseUnsupported(request);
        if (request.StreamOptions is not null && request.Stream != true)
            throw ChatMapper.Invalid("stream_options", "is only allowed when 'stream' is true");

        if (request.BestOf < (request.N ?? 1))
            throw ChatMapper.Invalid("best_of", "must not be less than 'n'");
        if (request.BestOf > (request.N ?? 1) && request.Stream == true)
            throw ChatMapper.Invalid("best_of", "must not be more than 'n' when 'stream' is true: which answers are best is known when all are whole");

        return new CompletionTurn
        {
            Model = ChatMapper.ToModel(request.Model),
            Prompts = ToPrompts(request.Prompt),
            Suffix = request.Suffix,
            Echo = request.Echo == true,
            Sampling = SamplingMapper.ToSettings(request),
            MaxTokens = request.MaxTokens,
            Stop = request.Stop?.Values ?? [],
            Choices = request.N ?? 1,
            BestOf = request.BestOf > (request.N ?? 1) ? request.BestOf : null,
            TopLogProbabilities = request.Logprobs,
            TimeToLive = request.Ttl is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            ExecutionProvider = request.Ep,
        };
    }

    private static void RefuseUnsupported(CompletionRequest request)
    {
        ExecutionProviders.Require(request.Ep);
        if (request.StreamOptions?.IncludeObfuscation == true)
            throw ChatMapper.Unsupported("stream_options.include_obfuscation", "streams are not padded");
    }

    private static IReadOnlyList<CompletionPrompt> ToPrompts(PromptInput? prompt)
    {
        if (prompt is null)
            throw ChatMapper.Missing("prompt");
        return [.. prompt.Items.Select(ToPrompt)];
    }

    private static CompletionPrompt ToPrompt(PromptItem item) =>
        item.Text is { } text ? new CompletionPrompt.OfText(text) : new CompletionPrompt.OfTokens(item.Tokens ?? []);
}

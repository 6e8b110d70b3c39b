using Ingot.Errors;
using Ingot.Protocol;
using Ingot.Protocol.Chat;
using Ingot.Protocol.Tokens;
using Ingot.Server.Http;
using Ingot.Server.Mapping;
using Ingot.Server.OpenApi;
using Ingot.Service;
using Ingot.Service.Tokens;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ingot.Server.Endpoints;

/// <summary>Text to tokens, tokens to text, and how many there are.</summary>
internal static class TokenEndpoints
{
    private static readonly WireOperation Count = new("countChatTokens", "Tokens", "Counts the tokens of a chat request's prompt without answering it.")
    {
        Request = typeof(ChatCompletionRequest),
        Needed = ["model", "messages"],
        Response = typeof(ChatTokenCount),
    };

    private static readonly WireOperation Tokenize = new("tokenize", "Tokens", "Turns text into tokens.")
    {
        Request = typeof(TokenizeRequest),
        Needed = ["model"],
        Response = typeof(Tokenized),
    };

    private static readonly WireOperation Detokenize = new("detokenize", "Tokens", "Turns tokens into text.")
    {
        Request = typeof(DetokenizeRequest),
        Needed = ["model", "tokens"],
        Response = typeof(Detokenized),
    };

    /// <summary>Maps the routes; the two prefixes are the same API.</summary>
    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        foreach (string prefix in ApiPrefixes.All)
        {
            routes.MapPost($"{prefix}/chat/completions/tokenizer/encode/count", CountAsync).Describe(Count);
            routes.MapPost($"{prefix}/tokenize", TokenizeAsync).Describe(Tokenize);
            routes.MapPost($"{prefix}/detokenize", DetokenizeAsync).Describe(Detokenize);
        }
    }

    private static async Task<JsonHttpResult<ChatTokenCount>> CountAsync(HttpContext context, IngotServices services)
    {
        CancellationToken gone = context.RequestAborted;
        ChatCompletionRequest request = await WireBody.ReadAsync<ChatCompletionRequest>(context.Request, gone);
        int count = await services.Chat.CountTokensAsync(ChatMapper.ToTurn(request), gone);
        return TypedResults.Json(new ChatTokenCount(count), WireJson.For<ChatTokenCount>());
    }

    private static async Task<JsonHttpResult<Tokenized>> TokenizeAsync(HttpContext context, IngotServices services)
    {
        CancellationToken gone = context.RequestAborted;
        TokenizeRequest request = await WireBody.ReadAsync<TokenizeRequest>(context.Request, gone);
        TextTokens tokens = await services.Tokens.TokenizeAsync(
            ChatMapper.ToModel(request.Model), TextOf(request), request.AddSpecialTokens ?? true, request.ParseSpecial ?? true, gone);
        return TypedResults.Json(new Tokenized(tokens.Ids, tokens.Ids.Count, tokens.ContextLength), WireJson.For<Tokenized>());
    }

    private static async Task<JsonHttpResult<Detokenized>> DetokenizeAsync(HttpContext context, IngotServices services)
    {
        CancellationToken gone = context.RequestAborted;
        DetokenizeRequest request = await WireBody.ReadAsync<DetokenizeRequest>(context.Request, gone);
        string text = await services.Tokens.DetokenizeAsync(
            ChatMapper.ToModel(request.Model), request.Tokens ?? throw ChatMapper.Missing("tokens"), request.SkipSpecialTokens ?? false, gone);
        return TypedResults.Json(new Detokenized(text), WireJson.For<Detokenized>());
    }

    /// <exception cref="IngotException">None or several of the three fields for the text are given.</exception>
    private static string TextOf(TokenizeRequest request)
    {
        (string Name, string? Text)[] fields = [("input", request.Input), ("content", request.Content), ("prompt", request.Prompt)];
        (string Name, string? Text)[] present = [.. fields.Where(field => field.Text is not null)];
        return present.Length switch
        {
            0 => throw ChatMapper.Missing("input"),
            1 => present[0].Text!,
            _ => throw ChatMapper.Invalid(present[1].Name, $"must not be given together with '{present[0].Name}'"),
        };
    }
}

using Ingot.Errors;
using Ingot.Server.OpenApi;
using Ingot.Service;
using Ingot.Service.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Ingot.Server.Security;

/// <summary>
/// Keeps web pages of other sites away. Any page can send a request to any address, some kinds without asking first; a browser says in
/// these headers where a request comes from, and clients that are no browsers send neither. Pages of sites that the options name may
/// use the service (CORS); for all others nothing is done, nor told what they could read.
/// </summary>
internal sealed class OriginCheck(RequestDelegate next, IngotServices services)
{
    private const string Methods = "GET, POST, DELETE";
    private const string Readable =
        "x-request-id, apim-request-id, openai-processing-ms, retry-after, x-ratelimit-limit-requests, x-ratelimit-limit-tokens, "
        + "x-ratelimit-remaining-requests, x-ratelimit-remaining-tokens, x-ratelimit-reset-requests, x-ratelimit-reset-tokens";

    private const int LongestHeaderList = 4096;

    private readonly HashSet<WebOrigin> _allowed = [.. services.Options.AllowedOrigins.Select(WebOrigin.Parse).OfType<WebOrigin>()];

    /// <summary>Refuses a request of another site's page, answers a browser that asks whether it may send one, or lets it pass.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        IHeaderDictionary answer = context.Response.Headers;
        if (_allowed.Count > 0)
            answer.Append(HeaderNames.Vary, HeaderNames.Origin);
        StringValues given = request.Headers.Origin;
        WebOrigin? origin = given is [{ } text] ? WebOrigin.Parse(text) : null;
        if (origin is not null && _allowed.Contains(origin))
        {
            answer.AccessControlAllowOrigin = given;
            if (HttpMethods.IsOptions(request.Method) && request.Headers.AccessControlRequestMethod.Count > 0)
                return AnswerPreflight(context);
            answer.AccessControlExposeHeaders = Readable;
            return next(context);
        }

        if (given.Count > 0 && origin != OwnOf(request))
            throw Refusal("Origin");
        if (DoesSomething(context) && request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "none" or "same-origin"))
            throw Refusal("Sec-Fetch-Site");
        return next(context);
    }

    // A page that only shows an answer, as a picture say, cannot read it.
    private static bool DoesSomething(HttpContext context) =>
        !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        || context.GetEndpoint()?.Metadata.GetMetadata<WireOperation>() is { ChangesModels: true };

    private static WebOrigin? OwnOf(HttpRequest request) => WebOrigin.Parse($"{request.Scheme}://{request.Host}");

    private static IngotException Refusal(string header) => new(
        ErrorCode.Forbidden, $"Another site's page may not use this service ({header} says that the request is one); 'allowedOrigins' names those that may.");

    private static Task AnswerPreflight(HttpContext context)
    {
        HttpRequest request = context.Request;
        IHeaderDictionary answer = context.Response.Headers;
        answer.AccessControlAllowMethods = Methods;
        if (request.Headers.AccessControlRequestHeaders is [{ Length: <= LongestHeaderList } wanted] && wanted.All(IsOfHeaderNames))
            answer.AccessControlAllowHeaders = wanted;
        if (request.Headers["Access-Control-Request-Private-Network"] == "true")
            answer["Access-Control-Allow-Private-Network"] = "true";
        answer.AccessControlMaxAge = "600";
        answer.Append(HeaderNames.Vary, "Access-Control-Request-Headers");
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static bool IsOfHeaderNames(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or ',' or ' ';
}

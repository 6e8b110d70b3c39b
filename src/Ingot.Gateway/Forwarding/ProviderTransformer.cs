using System.Collections.Frozen;
using System.Net.Http.Headers;
using Ingot.Errors;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace Ingot.Gateway.Forwarding;

/// <summary>
/// What of a request's and an answer's head goes through. A list of what does: what identifies the caller to this service, cookies and
/// addresses do not go on, and a provider sets nothing in the name of this service.
/// </summary>
/// <param name="request">The request.</param>
/// <param name="address">The base address it goes to.</param>
/// <param name="key">The provider's key; null where it needs none.</param>
internal sealed class ProviderTransformer(ForwardedRequest request, Uri address, string? key) : HttpTransformer
{
    private static readonly FrozenSet<string> RequestHeaders = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Accept", "User-Agent", "Idempotency-Key", "OpenAI-Beta", "X-Client-Request-Id", "traceparent", "tracestate");

    private static readonly FrozenSet<string> ResponseHeaders = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Cache-Control", "Retry-After", "retry-after-ms", "x-should-retry");

    /// <inheritdoc/>
    public override ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        proxyRequest.RequestUri = ProviderAddress.At(address, request.RelativePath);
        foreach ((string name, StringValues values) in httpContext.Request.Headers)
        {
            if (RequestHeaders.Contains(name))
                proxyRequest.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }

        if (key is not null)
            proxyRequest.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (proxyRequest.Content is { } content)
        {
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            content.Headers.ContentLength = request.Body.Length;
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
            return false;
        foreach ((string name, HeaderStringValues values) in proxyResponse.Headers.NonValidated)
        {
            if (ResponseHeaders.Contains(name) || name.StartsWith("x-ratelimit-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("openai-", StringComparison.OrdinalIgnoreCase))
                httpContext.Response.Headers[name] = values.ToArray();
            else if (name.Equals("x-request-id", StringComparison.OrdinalIgnoreCase))
                httpContext.Response.Headers["x-provider-request-id"] = values.ToArray();
        }

        if (!proxyResponse.IsSuccessStatusCode)
        {
            await ProviderRefusals.TellAsync(httpContext, request.Provider, proxyResponse, key, cancellationToken);
            return false;
        }

        HttpContentHeaders head = proxyResponse.Content.Headers;
        string type = head.ContentType?.MediaType ?? "";
        if (!IsForPrograms(type))
            throw new IngotException(ErrorCode.ProviderFailed, $"Provider '{request.Provider.Name}' answered with neither JSON nor events: is its address the one of its API?");
        httpContext.Response.ContentType = head.ContentType!.ToString();
        httpContext.Response.ContentLength = head.ContentLength;
        if (head.ContentEncoding.Count > 0)
            httpContext.Response.Headers.ContentEncoding = head.ContentEncoding.ToArray();
        return true;
    }

    /// <inheritdoc/>
    public override ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    // A page would be shown as one of this service's own.
    private static bool IsForPrograms(string type) =>
        type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        || type.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase)
        || (type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
}

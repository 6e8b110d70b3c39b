using System.Collections.Frozen;
using System.Net.Http.Headers;
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

    /// <inheritdoc/>
    public override ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        proxyRequest.RequestUri = new Uri(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + request.RelativePath);
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in httpContext.Request.Headers)
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
}

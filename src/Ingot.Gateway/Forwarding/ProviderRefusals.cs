using System.Net;
using System.Text;
using System.Text.Json;
using Ingot.Errors;
using Ingot.Service.Providers;

namespace Ingot.Gateway.Forwarding;

/// <summary>
/// What a caller is told when a provider answers that it will not: its own words where they are an error object, as they are; ours
/// otherwise. That it refuses this service's key is between it and this service, and a redirect goes nowhere.
/// </summary>
internal static class ProviderRefusals
{
    private const int MostBytes = 64 << 10;

    /// <summary>Writes the provider's answer, or throws what is to be said instead.</summary>
    /// <param name="context">The request; its answer has the provider's status.</param>
    /// <param name="provider">Who refuses.</param>
    /// <param name="response">Its answer, of a status that is no success.</param>
    /// <param name="key">The key it was sent, which must not be told; null where there was none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException">What is to be said instead.</exception>
    public static async Task TellAsync(HttpContext context, ModelProvider provider, HttpResponseMessage response, string? key, CancellationToken cancellationToken)
    {
        int status = (int)response.StatusCode;
        if (status < 400)
            throw Failed($"Provider '{provider.Name}' points to another address ({status}), which is not followed: register that address.");
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.ProxyAuthenticationRequired)
            throw Failed($"Provider '{provider.Name}' refused this service ({status}): {(provider.Key is { } place ? $"the key in {place} is not valid there, or not for this" : "it wants a key, and none is registered")}.");
        byte[] body = await ReadAsync(response.Content, cancellationToken);
        if (!IsErrorObject(body) || (key is not null && body.AsSpan().IndexOf(Encoding.ASCII.GetBytes(key)) >= 0))
            throw InOurWords(provider, status);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, cancellationToken);
    }

    private static IngotException InOurWords(ModelProvider provider, int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => new IngotException(ErrorCode.RequestTooLarge, $"The request is larger than provider '{provider.Name}' accepts."),
        StatusCodes.Status429TooManyRequests => new IngotException(ErrorCode.QueueFull, $"Provider '{provider.Name}' is too busy (429); try again shortly."),
        StatusCodes.Status503ServiceUnavailable => new IngotException(ErrorCode.NotReady, $"Provider '{provider.Name}' is not available (503)."),
        StatusCodes.Status408RequestTimeout or StatusCodes.Status504GatewayTimeout =>
            new IngotException(ErrorCode.ProviderTimedOut, $"Provider '{provider.Name}' took too long ({status})."),
        _ => Failed($"Provider '{provider.Name}' answered {status} and did not say why."),
    };

    private static IngotException Failed(string message) => new(ErrorCode.ProviderFailed, message);

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using Stream stream = await content.ReadAsStreamAsync(cancellationToken);
        byte[] bytes = new byte[MostBytes];
        int length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return bytes[..length];
    }

    // What is cut off at the bound is none either.
    private static bool IsErrorObject(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

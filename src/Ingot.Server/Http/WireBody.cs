using System.Text.Json;
using Ingot.Errors;
using Ingot.Protocol;

namespace Ingot.Server.Http;

/// <summary>Reads a request's JSON body, or says in our own words what is wrong with it and where.</summary>
internal static class WireBody
{
    /// <summary>Reads the body as <typeparamref name="T"/>.</summary>
    /// <exception cref="IngotException">Not JSON by its media type or its text, too large, an unknown field, or a value of the wrong type.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken)
        where T : class
    {
        if (!request.HasJsonContentType())
            throw new IngotException(ErrorCode.UnsupportedMediaType, "The request body must be sent as 'application/json'.");

        try
        {
            // Two passes, so that "this is not JSON" and "this is not what we expect" are told apart.
            using JsonDocument document = await JsonDocument.ParseAsync(
                request.Body, new JsonDocumentOptions { MaxDepth = WireJson.MaxDepth }, cancellationToken);
            return Bind<T>(document);
        }
        catch (JsonException exception)
        {
            throw new IngotException(
                ErrorCode.InvalidJson,
                $"The request body is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}).",
                inner: exception);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new IngotException(ErrorCode.RequestTooLarge, "The request body is larger than this service accepts.", inner: exception);
        }
    }

    private static T Bind<T>(JsonDocument document)
        where T : class
    {
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new IngotException(ErrorCode.InvalidValue, "The request body must be a JSON object.");

        try
        {
            return document.Deserialize(WireJson.For<T>())!;
        }
        catch (JsonException exception)
        {
            throw WirePath.Explain(typeof(T), exception);
        }
    }
}

using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ingot.Errors;
using Ingot.Protocol;
using Ingot.Server.Bounds;
using Ingot.Server.Security;
using Ingot.Service;
using Microsoft.Net.Http.Headers;

namespace Ingot.Server.Http;

/// <summary>Reads a request's JSON body, or says in our own words what is wrong with it and where.</summary>
internal static class WireBody
{
    /// <summary>A field given twice would otherwise count once, and nobody would know which.</summary>
    private static readonly JsonDocumentOptions Json = new() { MaxDepth = WireJson.MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Reads the body as <typeparamref name="T"/>.</summary>
    /// <exception cref="IngotException">
    /// Not JSON by its media type or its text, too large, a value of the wrong type or beyond its bounds, or an unknown field (at
    /// the top level only where <see cref="IngotOptions.AllowUnknownFields"/> does not allow it), a model its caller may not use.
    /// </exception>
    public static Task<T> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken)
        where T : class =>
        ReadAsync(request, allowUnknown => allowUnknown ? WireJson.Lenient<T>() : WireJson.For<T>(), cancellationToken);

    /// <summary>As <see cref="ReadAsync{T}(HttpRequest, CancellationToken)"/>, with names in any letter case.</summary>
    public static Task<T> ReadAnyCaseAsync<T>(HttpRequest request, CancellationToken cancellationToken)
        where T : class =>
        ReadAsync(request, WireJson.AnyCase<T>, cancellationToken);

    private static async Task<T> ReadAsync<T>(HttpRequest request, Func<bool, JsonTypeInfo<T>> rules, CancellationToken cancellationToken)
        where T : class
    {
        CheckType(request);
        try
        {
            // Two passes, so that "this is not JSON" and "this is not what we expect" are told apart.
            using JsonDocument document = await ParseAsync(request.Body, cancellationToken);
            IServiceProvider services = request.HttpContext.RequestServices;
            T body = Bind(document, rules(services.GetRequiredService<IngotServices>().Options.AllowUnknownFields));
            services.GetRequiredService<WireRules>().Check(body);
            if (body is IModelRequest { Model: { } model })
                await services.GetRequiredService<CallerRights>().EnsureMayUseAsync(request.HttpContext, model);
            return body;
        }
        catch (JsonException exception)
        {
            throw new IngotException(ErrorCode.InvalidJson, exception.LineNumber is { } line
                ? $"The request body is not valid JSON (line {line + 1}, byte {exception.BytePositionInLine + 1})."
                : "The request body gives a field twice.", inner: exception);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new IngotException(ErrorCode.RequestTooLarge, "The request body is larger than this service accepts.", inner: exception);
        }
    }

    private static void CheckType(HttpRequest request)
    {
        if (!request.HasJsonContentType())
            throw new IngotException(ErrorCode.UnsupportedMediaType, "The request body must be sent as 'application/json'.");
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            && type.Charset.HasValue && !type.Charset.Value!.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            throw new IngotException(ErrorCode.UnsupportedMediaType, "The request body must be UTF-8.");
        if (request.Headers.ContentEncoding is [var encoding, ..] && !"identity".Equals(encoding, StringComparison.OrdinalIgnoreCase))
            throw new IngotException(ErrorCode.UnsupportedMediaType, "The request body must not be compressed.");
    }

    private static async Task<JsonDocument> ParseAsync(Stream body, CancellationToken cancellationToken)
    {
        JsonDocument? document = null;
        try
        {
            document = await JsonDocument.ParseAsync(body, Json, cancellationToken);
            CheckText(document);
            return document;
        }
        catch (InvalidOperationException exception)
        {
            document?.Dispose();
            throw new IngotException(ErrorCode.InvalidJson, "The request body has text that is not Unicode: half a surrogate pair.", inner: exception);
        }
    }

    // Half a surrogate pair, written as an escape, parses and would fail wherever it is first read.
    private static void CheckText(JsonDocument document)
    {
        ReadOnlySpan<byte> json = JsonMarshal.GetRawUtf8Value(document.RootElement);
        if (!MayHoldSurrogate(json))
            return;

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = WireJson.MaxDepth });
        while (reader.Read())
        {
            if (reader.ValueIsEscaped)
                _ = reader.GetString();
        }
    }

    // Reading every text that has escapes would double the work for a long body; nearly none has this one.
    private static bool MayHoldSurrogate(ReadOnlySpan<byte> json)
    {
        int at;
        while ((at = json.IndexOf("\\u"u8)) >= 0)
        {
            json = json[(at + 2)..];
            if (json is [(byte)'d' or (byte)'D', ..])
                return true;
        }

        return false;
    }

    private static T Bind<T>(JsonDocument document, JsonTypeInfo<T> rules)
        where T : class
    {
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new IngotException(ErrorCode.InvalidValue, "The request body must be a JSON object.");

        try
        {
            return document.Deserialize(rules)!;
        }
        catch (JsonException exception)
        {
            throw WirePath.Explain(typeof(T), exception, rules.Options.PropertyNameCaseInsensitive);
        }
    }
}

using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ingot.Protocol.Errors;
using Ingot.Server.Bounds;
using Ingot.Service;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Ingot.Server.OpenApi;

/// <summary>The API's description of itself, an OpenAPI 3.1 document made of the routes that are mapped. Made once, when it is first asked for.</summary>
/// <param name="routes">Every route of the service.</param>
/// <param name="services">What stands behind them; its options are the limits the document states.</param>
internal sealed class OpenApiDocument(EndpointDataSource routes, IngotServices services)
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Lazy<byte[]> _utf8 = new(() => JsonSerializer.SerializeToUtf8Bytes(Build(routes, services.Options), Layout));

    /// <summary>The document's text.</summary>
    public ReadOnlyMemory<byte> Utf8 => _utf8.Value;

    private static JsonObject Build(EndpointDataSource routes, IngotOptions options)
    {
        var schemas = new WireSchemas(WireComments.Read(), new BoundSchemas(new BoundChecks(options)));
        var paths = new JsonObject();
        foreach (RouteEndpoint route in routes.Endpoints.OfType<RouteEndpoint>())
        {
            WireOperation operation = route.Metadata.GetMetadata<WireOperation>()
                ?? throw new InvalidOperationException($"{route.RoutePattern.RawText} does not say what it does.");
            string path = PathOf(route.RoutePattern);
            if (paths[path] is not JsonObject methods)
                paths[path] = methods = [];
            foreach (string method in route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods)
                methods[method.ToLowerInvariant()] = Operation(operation, path, route.RoutePattern, schemas);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "Ingot",
                ["description"] = "Language models on this machine behind OpenAI's API. Everything under /v1 is served under /openai/v1 too.",
                ["version"] = typeof(OpenApiDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
                ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas.Components, ["securitySchemes"] = SecuritySchemes() },

            // The first: a service may demand nothing.
            ["security"] = new JsonArray(new JsonObject(), new JsonObject { ["key"] = new JsonArray() }, new JsonObject { ["bearer"] = new JsonArray() }),
        };
    }

    private static JsonObject SecuritySchemes() => new()
    {
        ["key"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "api-key" },
        ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "An API key, or a token of the configured issuer." },
    };

    private static JsonObject Operation(WireOperation operation, string path, RoutePattern pattern, WireSchemas schemas)
    {
        var result = new JsonObject
        {
            // The same operation under the second prefix needs another name.
            ["operationId"] = path.StartsWith("/openai/v1/", StringComparison.Ordinal) ? $"{operation.Id}UnderOpenAI" : operation.Id,
            ["tags"] = new JsonArray(operation.Group),
            ["summary"] = operation.Summary,
        };
        if (operation.IsOpen)
            result["security"] = new JsonArray();
        JsonObject[] parameters = [.. pattern.Parameters.Select(Parameter), .. operation.Query.Select(query => Parameter(query, schemas))];
        if (parameters.Length > 0)
            result["parameters"] = new JsonArray([.. parameters]);
        if (operation.Request is { } request)
        {
            result["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = Content("application/json", schemas.Request(request, operation.Needed)),
            };
        }

        result["responses"] = new JsonObject
        {
            ["200"] = Success(operation, schemas),
            ["default"] = new JsonObject
            {
                ["description"] = "A refusal or a failure; the status is that of `error.code`.",
                ["content"] = Content("application/json", schemas.Response(typeof(ErrorBody))),
            },
        };
        return result;
    }

    private static JsonObject Success(WireOperation operation, WireSchemas schemas)
    {
        var result = new JsonObject { ["description"] = operation.Event is null ? "Done." : "Done; with `stream` true, events as they come and then `[DONE]`." };
        var content = new JsonObject();
        if (operation.Response is { } response)
            content = Content("application/json", schemas.Response(response));
        if (operation.Text is { } text)
            content["text/plain"] = Media(new JsonObject { ["type"] = "string", ["description"] = text });
        if (operation.Event is { } streamed)
            content["text/event-stream"] = Media(new JsonObject { ["anyOf"] = new JsonArray(schemas.Response(streamed), schemas.Response(typeof(ErrorBody))) });
        if (content.Count > 0)
            result["content"] = content;
        return result;
    }

    private static JsonObject Parameter(RoutePatternParameterPart parameter) => new()
    {
        ["name"] = parameter.Name,
        ["in"] = "path",
        ["required"] = true,
        ["schema"] = new JsonObject { ["type"] = "string" },
    };

    private static JsonObject Parameter(WireQuery query, WireSchemas schemas) => new()
    {
        ["name"] = query.Name,
        ["in"] = "query",
        ["description"] = query.Summary,
        ["schema"] = schemas.Response(query.Type),
    };

    private static JsonObject Content(string mediaType, JsonObject schema) => new() { [mediaType] = Media(schema) };

    private static JsonObject Media(JsonObject schema) => new() { ["schema"] = schema };

    private static string PathOf(RoutePattern pattern) => "/" + string.Join('/', pattern.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            RoutePatternLiteralPart literal => literal.Content,
            _ => throw new NotSupportedException($"{pattern.RawText} has a part that OpenAPI cannot tell."),
        }))));
}

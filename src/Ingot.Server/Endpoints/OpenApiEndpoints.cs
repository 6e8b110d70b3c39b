using System.Text.Json;
using Ingot.Server.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ingot.Server.Endpoints;

/// <summary>The API's description of itself.</summary>
internal static class OpenApiEndpoints
{
    /// <summary>Maps the route.</summary>
    public static void MapOpenApi(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/openapi/v1.json", Get)
            .Describe(new WireOperation("getOpenApiDocument", "Service", "Gives this document.") { Response = typeof(JsonElement) });

    private static Utf8ContentHttpResult Get(OpenApiDocument document) =>
        TypedResults.Text(document.Utf8.Span, "application/json");
}

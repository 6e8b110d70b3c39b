using Ingot.Protocol;
using Ingot.Protocol.Embeddings;
using Ingot.Server.Http;
using Ingot.Server.Mapping;
using Ingot.Server.OpenApi;
using Ingot.Server.Security;
using Ingot.Service;
using Ingot.Service.Embeddings;

namespace Ingot.Server.Endpoints;

/// <summary>Vectors of texts.</summary>
internal static class EmbeddingEndpoints
{
    private static readonly WireOperation Embed = new("createEmbedding", "Embeddings", "Makes vectors of texts.")
    {
        Request = typeof(EmbeddingRequest),
        Needed = ["model", "input"],
        Response = typeof(EmbeddingList),
    };

    /// <summary>Maps the routes; the two prefixes are the same API.</summary>
    public static void MapEmbeddings(this IEndpointRouteBuilder routes)
    {
        foreach (string prefix in ApiPrefixes.All)
            routes.MapPost($"{prefix}/embeddings", EmbedAsync).Describe(Embed);
    }

    private static async Task<IResult> EmbedAsync(HttpContext context, IngotServices services, CallerRights rights)
    {
        CancellationToken gone = context.RequestAborted;
        EmbeddingRequest request = await WireBody.ReadAsync<EmbeddingRequest>(context.Request, gone);
        EmbeddingTurn turn = EmbeddingMapper.ToTurn(request);
        EmbeddingAnswer answer = await services.Embeddings.EmbedAsync(turn, gone);
        rights.Charge(context, answer.PromptTokens);
        return TypedResults.Json(EmbeddingMapper.ToWire(answer, request), WireJson.For<EmbeddingList>());
    }
}

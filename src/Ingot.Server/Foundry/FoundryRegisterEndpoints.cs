using Ingot.Errors;
using Ingot.Protocol.Foundry;
using Ingot.Server.Http;
using Ingot.Server.Mapping;
using Ingot.Server.OpenApi;
using Ingot.Server.Security;
using Ingot.Service;
using Ingot.Service.Providers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ingot.Server.Foundry;

/// <summary>Registers models that live elsewhere, where the service can send requests there.</summary>
internal static class FoundryRegisterEndpoints
{
    private static readonly WireOperation Register = new("registerProvider", "Foundry", "Registers a model of another service of OpenAI's API, which answers requests for it from then on.")
    {
        Request = typeof(RegisterProviderRequest),
        Needed = ["TypeName", "ModelName", "BaseUri"],
        ChangesModels = true,
    };

    /// <summary>Maps the route.</summary>
    public static void MapFoundryRegister(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetService<ProviderBook>() is not null)
            routes.MapPost("/openai/register", RegisterAsync).Describe(Register);
    }

    private static async Task<Ok> RegisterAsync(HttpContext context, IngotServices services, ProviderBook book)
    {
        CancellationToken gone = context.RequestAborted;
        bool isOwner = LocalPipe.Carries(context);
        if (!CallerRights.MayManage(context))
            throw new IngotException(ErrorCode.Forbidden, "Who may use models may not therefore register further ones: that is done on the service's machine, with 'foundry provider add' or on its local pipe.");
        RegisterProviderRequest request = await WireBody.ReadAnyCaseAsync<RegisterProviderRequest>(context.Request, gone);
        try
        {
            await new ProviderService(book, services.Catalog).AddAsync(ToProvider(request), isOwner, gone);
        }
        catch (IngotException refusal) when (FieldOf(refusal.Param) is { } field)
        {
            throw new IngotException(refusal.Code, refusal.Message, field, refusal);
        }

        return TypedResults.Ok();
    }

    private static string? FieldOf(string? param) => param switch
    {
        "name" => "TypeName",
        "model" => "ModelName",
        "address" => "BaseUri",
        "key" => "KeyVariable",
        "display_name" => "DisplayName",
        _ => null,
    };

    private static ModelProvider ToProvider(RegisterProviderRequest request)
    {
        string address = request.BaseUri ?? throw ChatMapper.Missing("BaseUri");
        return new ModelProvider
        {
            Name = request.TypeName ?? throw ChatMapper.Missing("TypeName"),
            DisplayName = request.DisplayName,
            Models = [new ProviderModel(request.ModelName ?? throw ChatMapper.Missing("ModelName"), request.Alias)],
            Addresses = [Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) ? uri : throw ChatMapper.Invalid("BaseUri", "must be an address of the form https://host/v1")],
            Key = request.KeyVariable is null && request.KeyFile is null ? null : new ProviderKey(request.KeyVariable, request.KeyFile),
        };
    }
}

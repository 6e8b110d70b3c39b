using Ingot.Errors;
using Ingot.Gateway.Forwarding;
using Ingot.Gateway.Replicas;
using Ingot.Server.Security;
using Ingot.Service.Providers;

namespace Ingot.Gateway.Responses;

/// <summary>
/// Hands requests for responses that a provider made to the address that made them, where they are their caller's own. All others go on to
/// our own routes, which have them or say that they are not there.
/// </summary>
internal sealed class RemoteResponseDispatch(RequestDelegate next, ProviderBook book, ReplicaForwarder forwarder, CallerRights rights, RemoteResponses remembered)
{
    /// <summary>Hands on to the provider, or to the rest of the pipeline.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        string? owner = CallerRights.OwnerOf(context);
        if (RemoteResponseRoutes.Read(context) is not { } asked || await remembered.FindAsync(owner, asked.Id) is not { } kept)
        {
            await next(context);
            return;
        }

        rights.EnsureMayUse(context, kept.Model);
        ModelProvider provider = book.Providers.FirstOrDefault(provider => provider.Name.Equals(kept.Provider, StringComparison.OrdinalIgnoreCase))
            ?? throw new IngotException(ErrorCode.NotFound, $"Response with id '{asked.Id}' is kept by provider '{kept.Provider}', which is no longer registered here.");
        var request = new ForwardedRequest(provider, "", asked.Path, default) { KeptAt = kept.Address, IsBound = true };
        await forwarder.ForwardAsync(context, request, context.RequestAborted);
        bool isGone = context.Response.StatusCode is StatusCodes.Status200OK or StatusCodes.Status404NotFound;
        if (isGone && HttpMethods.IsDelete(context.Request.Method))
            await remembered.ForgetAsync(owner, asked.Id);
    }
}

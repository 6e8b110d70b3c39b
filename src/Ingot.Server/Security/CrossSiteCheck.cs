using Ingot.Errors;
using Ingot.Server.OpenApi;

namespace Ingot.Server.Security;

/// <summary>
/// Keeps web pages of other sites from loading, unloading and downloading models. Foundry Local's API changes state by GET,
/// which any page can send with an image's address; a browser says in these headers where a request comes from. Clients
/// that are no browsers send neither.
/// </summary>
internal sealed class CrossSiteCheck(RequestDelegate next)
{
    /// <summary>Refuses a state-changing request of another site.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<WireOperation>() is { ChangesModels: true } && IsForeign(context.Request))
        {
            throw new IngotException(
                ErrorCode.Forbidden, "Another site's page may not change the state of this service (Origin or Sec-Fetch-Site says that the request is one).");
        }

        return next(context);
    }

    private static bool IsForeign(HttpRequest request)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is not ("" or "none" or "same-origin"))
            return true;
        string origin = request.Headers.Origin.ToString();
        return origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }
}

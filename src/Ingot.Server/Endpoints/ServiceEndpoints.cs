using System.Reflection;
using Ingot.Errors;
using Ingot.Protocol;
using Ingot.Protocol.Foundry;
using Ingot.Server.Http;
using Ingot.Server.OpenApi;
using Ingot.Server.Security;
using Ingot.Service;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ingot.Server.Endpoints;

/// <summary>The service itself: where it is, and its end.</summary>
internal static class ServiceEndpoints
{
    private static readonly string Version =
        typeof(ServiceEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Maps the routes.</summary>
    public static void MapServiceStatus(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/openai/status", GetStatus)
            .Describe(new WireOperation("getStatus", "Service", "Tells where the service is and what it is.") { Response = typeof(ServiceStatus) });
        routes.MapGet("/status", GetWebServiceStatus)
            .Describe(new WireOperation("getWebServiceStatus", "Service", "Tells where the service is.") { Response = typeof(WebServiceStatus) });
        routes.MapPost("/shutdown", Shutdown)
            .Describe(new WireOperation("shutdown", "Service", "Ends the service, for whoever has its token."));
    }

    private static JsonHttpResult<ServiceStatus> GetStatus(IServer server, LocalPipe pipe, IngotServices services)
    {
        var status = new ServiceStatus(Addresses(server), services.Store.Location, pipe.Name, Environment.ProcessId, Version);
        return TypedResults.Json(status, WireJson.For<ServiceStatus>());
    }

    private static JsonHttpResult<WebServiceStatus> GetWebServiceStatus(IServer server, IngotServices services)
    {
        var status = new WebServiceStatus(services.Store.Location, Addresses(server), Environment.ProcessId);
        return TypedResults.Json(status, WireJson.For<WebServiceStatus>());
    }

    private static IReadOnlyList<string> Addresses(IServer server) =>
        LocalPipe.WithoutPipes(server.Features.GetRequiredFeature<IServerAddressesFeature>());

    private static Ok Shutdown(HttpRequest request, ServerOptions options, IHostApplicationLifetime lifetime)
    {
        string given = request.Headers.Authorization.ToString();
        if (options.ShutdownToken is not { } token || !SecretText.Same(given, $"Bearer {token}"))
            throw new IngotException(ErrorCode.Forbidden, "Only the command line that started this service can stop it.");

        lifetime.StopApplication();
        return TypedResults.Ok();
    }
}

using Ingot.Gateway.Forwarding;
using Ingot.Gateway.Replicas;
using Ingot.Gateway.Responses;
using Ingot.Gateway.Translation;
using Ingot.Server;
using Ingot.Service;
using Ingot.Service.Chat;
using Ingot.Service.Providers;

namespace Ingot.Gateway;

/// <summary>The part of the service that hands requests on to where their models live.</summary>
public static class GatewayPart
{
    /// <summary>Makes the part, for <see cref="ServerOptions.Parts"/>.</summary>
    /// <param name="book">Which models live elsewhere.</param>
    /// <param name="options">How requests go there.</param>
    public static ServerPart Create(ProviderBook book, GatewayOptions options) => new()
    {
        AddServices = services => services
            .AddSingleton(book)
            .AddSingleton(options)
            .AddSingleton<ProviderConnections>()
            .AddSingleton(provider => provider.GetRequiredService<IngotServices>().Time)
            .AddSingleton<ReplicaSets>()
            .AddSingleton(provider => new ReplicaStates(provider.GetRequiredService<ReplicaSets>().States))
            .AddSingleton<ReplicaForwarder>()
            .AddSingleton<ResponsesSupport>()
            .AddSingleton<RemoteResponses>()
            .AddSingleton<IChatSource, RemoteChat>()
            .AddHostedService<ReplicaProber>()
            .AddHttpForwarder(),
        Use = application => application.UseMiddleware<RemoteResponseDispatch>().UseMiddleware<ProviderDispatch>(),
    };
}

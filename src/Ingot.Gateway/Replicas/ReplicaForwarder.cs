using Ingot.Gateway.Forwarding;
using Ingot.Service.Providers;
using Yarp.ReverseProxy.Forwarder;

namespace Ingot.Gateway.Replicas;

/// <summary>Sends a request to one of a provider's addresses, and its answer back as it comes.</summary>
internal sealed class ReplicaForwarder(IHttpForwarder forwarder, ProviderConnections connections, GatewayOptions options)
{
    private readonly ForwarderRequestConfig _config = new() { ActivityTimeout = options.SilenceTimeout };

    /// <summary>Forwards. A failure before the answer begins is thrown; one after that breaks the answer off.</summary>
    /// <exception cref="Ingot.Errors.IngotException">The provider failed before its answer began.</exception>
    public async Task ForwardAsync(HttpContext context, ForwardedRequest request, CancellationToken cancellationToken)
    {
        Uri address = request.Provider.Addresses[0];
        context.Request.Body = ProviderDispatch.Readable(request.Body);
        context.Request.ContentLength = request.Body.Length;
        var transformer = new ProviderTransformer(request, address, request.Provider.Key is { } key ? ProviderKeys.Read(request.Provider.Name, key) : null);
        ForwarderError error = await forwarder.SendAsync(context, address.AbsoluteUri, connections.Of(request.Provider), _config, transformer, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (error != ForwarderError.None && !context.Response.HasStarted)
            throw ProviderErrors.Of(request.Provider, error, context.Features.Get<IForwarderErrorFeature>()?.Exception);
    }
}

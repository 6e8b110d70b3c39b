using Ingot.Gateway.Forwarding;
using Ingot.Service.Providers;
using Yarp.ReverseProxy.Forwarder;

namespace Ingot.Gateway.Replicas;

/// <summary>Sends a request to one of a provider's replicas, and its answer back as it comes.</summary>
internal sealed class ReplicaForwarder(
    IHttpForwarder forwarder, ProviderConnections connections, ReplicaSets sets, GatewayOptions options, TimeProvider time, ILogger<ReplicaForwarder> logger)
{
    // Silence is bounded where replicas are asked, each by itself; this is for a client that does not read.
    private readonly ForwarderRequestConfig _config = new() { ActivityTimeout = options.SilenceTimeout * 4 };

    /// <summary>
    /// Forwards. A failure before the answer begins is thrown; one after that ends a stream with an error event, and breaks anything else off.
    /// </summary>
    /// <exception cref="Ingot.Errors.IngotException">No replica began to answer.</exception>
    public async Task ForwardAsync(HttpContext context, ForwardedRequest request, CancellationToken cancellationToken)
    {
        ReplicaSet replicas = sets.Of(request.Provider);
        Uri address = replicas.Replicas[0].Address;
        context.Request.Body = ProviderDispatch.Readable(request.Body);
        context.Request.ContentLength = request.Body.Length;
        var transformer = new ProviderTransformer(request, address, request.Provider.Key is { } key ? ProviderKeys.Read(request.Provider.Name, key) : null);
        using var router = new ReplicaRouter(request, replicas, connections.Of(request.Provider), options.SilenceTimeout, time, logger);
        using var invoker = new HttpMessageInvoker(router, disposeHandler: false);
        ForwarderError error = await forwarder.SendAsync(context, address.AbsoluteUri, invoker, _config, transformer, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (error == ForwarderError.None || context.Response.HasStarted)
            return;
        if (router.Wait is { } wait)
            context.Response.Headers.RetryAfter = RetryAfter.Write(wait);
        throw ProviderErrors.Of(request.Provider, error, context.Features.Get<IForwarderErrorFeature>()?.Exception);
    }
}

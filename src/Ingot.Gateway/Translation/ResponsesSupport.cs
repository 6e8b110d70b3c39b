using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Ingot.Errors;
using Ingot.Gateway.Forwarding;
using Ingot.Service;
using Ingot.Service.Providers;

namespace Ingot.Gateway.Translation;

/// <summary>
/// Which providers answer <c>/responses</c> themselves. Where their registration does not say, an empty request is sent there once: who
/// has no such route says so (404, 405 or 501), and that is remembered for an hour.
/// </summary>
internal sealed class ResponsesSupport(ProviderConnections connections, IngotServices services)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);
    private const int MostKnown = 256;

    private readonly ConcurrentDictionary<Uri, (bool Has, long At)> _known = new();

    /// <summary>Whether a provider has them. One that cannot be asked is taken to: what is wrong with it is said when the request goes there.</summary>
    public async ValueTask<bool> HasAsync(ModelProvider provider, CancellationToken cancellationToken)
    {
        if (provider.HasResponses is { } said)
            return said;
        Uri address = provider.Addresses[0];
        if (_known.TryGetValue(address, out (bool Has, long At) known) && services.Time.GetElapsedTime(known.At) < Remembered)
            return known.Has;
        foreach (Uri replica in provider.Addresses)
        {
            if (await AskAsync(provider, replica, cancellationToken) is { } has)
            {
                if (_known.Count >= MostKnown)
                    _known.Clear();
                _known[address] = (has, services.Time.GetTimestamp());
                return has;
            }
        }

        return true;
    }

    private async Task<bool?> AskAsync(ModelProvider provider, Uri address, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, ProviderAddress.At(address, "/responses"))
            {
                Content = new ByteArrayContent("{}"u8.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            };
            if (provider.Key is { } key)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ProviderKeys.Read(provider.Name, key));
            using HttpResponseMessage response = await connections.Of(provider).SendAsync(request, patience.Token);
            return response.StatusCode switch
            {
                HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented => false,
                HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => null,
                _ => true,
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or IngotException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}

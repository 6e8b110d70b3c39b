using System.Net;
using System.Net.Http.Headers;
using Ingot.Errors;
using Ingot.Gateway.Forwarding;
using Ingot.Service.Providers;
using Microsoft.Extensions.Hosting;

namespace Ingot.Gateway.Replicas;

/// <summary>
/// Looks from time to time whether replicas are there, and more often at those that are down, so that no request has to find out. Addresses
/// without a replica beside them are left alone: there is no choice to make.
/// </summary>
/// <param name="sets">Whom to look at.</param>
/// <param name="connections">The connections to them.</param>
/// <param name="time">The clock.</param>
internal sealed class ReplicaProber(ReplicaSets sets, ProviderConnections connections, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a replica may take to say that it is there.</summary>
    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The looks under way, and some that have ended. It is here that those are taken out, by nobody but the one who puts them in: a look
    /// that took itself out could end before it was in, stay for good, and its replica would never be looked at again.
    /// </summary>
    private readonly Dictionary<Replica, Task> _underWay = [];

    /// <summary>
    /// Looks at every replica whose time it is and that is not being looked at. The task ends with the last look. Not thread-safe.
    /// </summary>
    internal Task CheckDueAsync(CancellationToken cancellationToken)
    {
        foreach ((Replica replica, _) in _underWay.Where(look => look.Value.IsCompleted).ToList())
            _underWay.Remove(replica);
        foreach (ReplicaSet set in sets.All().Where(set => set.HasChoice))
        {
            foreach (Replica replica in set.Replicas.Where(replica => replica.IsCheckDue && !_underWay.ContainsKey(replica)))
                _underWay[replica] = CheckAsync(set.Provider, replica, cancellationToken);
        }

        return Task.WhenAll(_underWay.Values);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Tick, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _ = CheckDueAsync(stoppingToken);
        }
    }

    private async Task CheckAsync(ModelProvider provider, Replica replica, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            replica.Checked(await FaultAsync(provider, replica, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The service ends.
        }
    }

    private async Task<string?> FaultAsync(ModelProvider provider, Replica replica, CancellationToken cancellationToken)
    {
        using var patience = new Patience(LongestCheck, time, cancellationToken);
        try
        {
            foreach (Uri question in Questions(replica.Address))
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, question);
                if (question.AbsoluteUri.EndsWith("/models", StringComparison.Ordinal) && provider.Key is { } key)
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ProviderKeys.Read(provider.Name, key));
                using HttpResponseMessage response = await patience.WaitAsync(new ValueTask<HttpResponseMessage>(connections.Of(provider).SendAsync(request, patience.Token)));
                if (!IsUnknown(response.StatusCode))
                    return (int)response.StatusCode < 500 ? null : $"asked whether it is ready, it answered with {(int)response.StatusCode}";
            }

            // Somebody is there, and answers by his own rules.
            return null;
        }
        catch (TimeoutException)
        {
            return "asked whether it is ready, it did not answer in time";
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or IngotException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Loss.Of(exception).Reason;
        }
    }

    /// <summary>What can be asked of a server of this API, best first: Ingot's own question, that of others, and what all must answer.</summary>
    private static IEnumerable<Uri> Questions(Uri address)
    {
        string all = address.AbsoluteUri.TrimEnd('/');
        string root = all;
        foreach (string end in (ReadOnlySpan<string>)["/v1", "/openai"])
        {
            if (root.EndsWith(end, StringComparison.Ordinal))
                root = root[..^end.Length];
        }

        return [new Uri(root + "/ready"), new Uri(root + "/health"), new Uri(all + "/models")];
    }

    private static bool IsUnknown(HttpStatusCode status) => status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented;
}

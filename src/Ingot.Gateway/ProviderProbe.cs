using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Ingot.Errors;
using Ingot.Gateway.Forwarding;
using Ingot.Service.Providers;

namespace Ingot.Gateway;

/// <summary>What one of a provider's addresses says when it is asked for its models.</summary>
/// <param name="Address">The address.</param>
/// <param name="Took">How long the answer took.</param>
/// <param name="Models">The names of its models; null when it did not tell them.</param>
/// <param name="Reason">Why not, or what is amiss; null when nothing is. Never tells the key.</param>
public sealed record ProviderProbe(Uri Address, TimeSpan Took, IReadOnlyList<string>? Models, string? Reason)
{
    private const int MostBytes = 8 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks all of a provider's addresses at the same time.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="options">How requests go there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ProviderFailed"/>: its key cannot be read.</exception>
    public static async Task<IReadOnlyList<ProviderProbe>> AskAsync(ModelProvider provider, GatewayOptions options, CancellationToken cancellationToken)
    {
        string? key = provider.Key is { } place ? ProviderKeys.Read(provider.Name, place) : null;
        using var connections = new ProviderConnections(options);
        return await Task.WhenAll(provider.Addresses.Select(address => AskAsync(connections.Of(provider), provider, address, key, cancellationToken)));
    }

    private static async Task<ProviderProbe> AskAsync(HttpMessageInvoker client, ModelProvider provider, Uri address, string? key, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, ProviderAddress.At(address, "/models"));
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            if (key is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using HttpResponseMessage response = await client.SendAsync(request, patience.Token);
            if (!response.IsSuccessStatusCode)
                return Failed(Told((int)response.StatusCode));
            await using Stream body = await response.Content.ReadAsStreamAsync(patience.Token);
            return new ProviderProbe(address, Stopwatch.GetElapsedTime(start), await ReadAsync(body, patience.Token), null);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Failed("it did not answer in 30 seconds");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return Failed(ProviderErrors.Of(provider, exception).Message);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return Failed("what it answers is no list of models");
        }

        ProviderProbe Failed(string reason) => new(address, Stopwatch.GetElapsedTime(start), null, reason);
    }

    private static string Told(int status) => status switch
    {
        401 or 403 => $"it refuses the key, or wants one ({status})",
        404 or 405 => $"it has no list of models ({status}): is the address the one of its API, such as https://host/v1?",
        >= 300 and < 400 => $"it points to another address ({status}), which is not followed",
        _ => $"it answered {status}",
    };

    private static async Task<IReadOnlyList<string>> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[MostBytes];
        int length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        using JsonDocument document = JsonDocument.Parse(bytes.AsMemory(0, length));
        return [.. document.RootElement.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString() ?? "")];
    }
}

using Ingot.Engine;
using Ingot.Service.Hosting;
using Ingot.Testing;

namespace Ingot.Server.Tests;

/// <summary>A client that goes away takes its generation with it.</summary>
public sealed class DisconnectTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task Generation_stops_when_the_client_goes_away()
    {
        // Never ends by itself before the context is full: the end-of-sequence tokens are forbidden by their bias.
        string endless = $$"""
            {"model": "{{ShippedModel.Name}}", "stream": true, "temperature": 0, "logit_bias": { {{await ForbiddenEndAsync()}} },
             "messages": [{"role": "user", "content": "Count for ever."}]}
            """;
        using (var request = new HttpRequestMessage(HttpMethod.Post, $"{server.Url}/v1/chat/completions") { Content = new StringContent(endless, System.Text.Encoding.UTF8, "application/json") })
        using (HttpResponseMessage response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            await using Stream stream = await response.Content.ReadAsStreamAsync();
            await stream.ReadExactlyAsync(new byte[64]);
            Assert.Equal(1, (await server.StatisticsAsync()).Running);
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        EngineStatistics statistics = await server.StatisticsAsync();
        while (statistics.Running > 0 && !patience.IsCancellationRequested)
        {
            await Task.Yield();
            statistics = await server.StatisticsAsync();
        }

        Assert.Equal(0, statistics.Running);
        Assert.Equal(statistics.BlockCount, statistics.FreeBlocks);
    }

    private async Task<string> ForbiddenEndAsync()
    {
        using ModelLease lease = await server.Services.Models.AcquireAsync(ShippedModel.Name);
        return string.Join(", ", lease.Model.Folder.Config.EndOfSequenceIds.Select(id => $"\"{id}\": -100"));
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using Ingot.Engine;
using Ingot.Service.Hosting;
using Ingot.Service.Tests;
using Ingot.Testing;

namespace Ingot.Server.Tests;

/// <summary>A client that goes away takes its generation with it.</summary>
public sealed class DisconnectTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task Generation_stops_when_the_client_goes_away()
    {
        // A real model is soon through with its context: before the client has gone, where that takes its time.
        await using TestService service = await TestService.StartAsync(tiny => tiny.Load(FakeRunner.Endless(tiny.VocabularySize)), model: new TinyModel(contextLength: FakeRunner.EndlessContext));
        using ModelLease lease = await service.Services.Models.AcquireAsync("tiny");
        using (HttpResponseMessage response = await service.StreamChatAsync(TestService.Chat("\"stream\": true")))
        {
            await using Stream stream = await response.Content.ReadAsStreamAsync();
            await stream.ReadExactlyAsync(new byte[64]);
            Assert.Equal(1, lease.Model.Engine.Statistics.Running);
        }

        EngineStatistics statistics = await RestAsync(() => Task.FromResult(lease.Model.Engine.Statistics));
        Assert.Equal(0, statistics.Running);
        Assert.Equal(statistics.BlockCount, statistics.FreeBlocks);
    }

    [Fact]
    public async Task A_client_that_reads_nothing_holds_up_nobody_else_and_loses_nothing()
    {
        // Many kilobytes an event: more in all than the sockets of both sides hold.
        string body = await EndlessAsync("\"logprobs\": true, \"top_logprobs\": 20,");
        string head = $"POST /v1/chat/completions HTTP/1.1\r\nHost: {new Uri(server.Url).Authority}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n";
        using var silent = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await silent.ConnectAsync(IPAddress.Loopback, new Uri(server.Url).Port);
        await silent.SendAsync(Encoding.ASCII.GetBytes(head + body));
        using var reader = new StreamReader(new NetworkStream(silent));
        Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync());

        string other = $$"""{"model": "{{ShippedModel.Name}}", "stream": true, "max_tokens": 40, "messages": [{"role": "user", "content": "Hello."}]}""";
        for (int turn = 0; turn < 3; turn++)
            Assert.EndsWith("data: [DONE]\n\n", await (await server.PostChatAsync(other)).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        // The model does not wait for it either.
        Assert.Equal(0, (await RestAsync(server.StatisticsAsync)).Running);
        string rest = await reader.ReadToEndAsync();
        Assert.InRange(rest.Length, 1 << 20, int.MaxValue);
        Assert.Contains("\"finish_reason\":\"length\"", rest, StringComparison.Ordinal);
        Assert.Contains("data: [DONE]", rest, StringComparison.Ordinal);
    }

    /// <summary>Waits until nothing is generated, for a while at most.</summary>
    private static async Task<EngineStatistics> RestAsync(Func<Task<EngineStatistics>> lookAsync)
    {
        using var patience = new CancellationTokenSource(Waits.Longest);
        EngineStatistics statistics = await lookAsync();
        while (statistics.Running > 0 && !patience.IsCancellationRequested)
        {
            await Task.Yield();
            statistics = await lookAsync();
        }

        return statistics;
    }

    /// <summary>A request that never ends by itself before the context is full: the end-of-sequence tokens are forbidden by their bias.</summary>
    private async Task<string> EndlessAsync(string more = "") => $$"""
        {"model": "{{ShippedModel.Name}}", "stream": true, "temperature": 0, {{more}} "logit_bias": { {{await ForbiddenEndAsync()}} },
         "messages": [{"role": "user", "content": "Count for ever."}]}
        """;

    private async Task<string> ForbiddenEndAsync()
    {
        using ModelLease lease = await server.Services.Models.AcquireAsync(ShippedModel.Name);
        return string.Join(", ", lease.Model.Folder.Config.EndOfSequenceIds.Select(id => $"\"{id}\": -100"));
    }
}

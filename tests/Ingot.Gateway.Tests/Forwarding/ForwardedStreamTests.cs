using System.Text;
using Ingot.Testing;

namespace Ingot.Gateway.Tests.Forwarding;

/// <summary>Streams: as they come, held back by slow readers, ended with their clients.</summary>
public sealed class ForwardedStreamTests
{
    private const string Request = """{"model": "far", "messages": [], "stream": true}""";

    [Fact]
    public async Task Events_pass_as_they_are_before_the_next_is_there()
    {
        const string First = "event: odd\r\ndata: {\"a\":  1}\r\n\r\n: a comment\n\n", Last = "data: [DONE]\n\n";
        var seen = new TaskCompletionSource();
        await using FakeProvider provider = await FakeProvider.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(First);
            await seen.Task.WaitAsync(Waits.Longest);
            await context.Response.WriteAsync(Last);
        });
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address));

        using HttpResponseMessage answer = await service.PostAsync("chat/completions", Request);
        await using Stream body = await answer.Content.ReadAsStreamAsync();
        byte[] first = new byte[First.Length];
        await body.ReadExactlyAsync(first).AsTask().WaitAsync(Waits.Longest);
        seen.SetResult();
        using var rest = new StreamReader(body);

        Assert.Equal((First, Last), (Encoding.UTF8.GetString(first), await rest.ReadToEndAsync().WaitAsync(Waits.Longest)));
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_client_that_reads_slowly_holds_the_provider_back()
    {
        const int Piece = 64 << 10, Pieces = 2048;
        var blocked = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] piece = new byte[Piece];
        piece.AsSpan().Fill((byte)'x');
        await using FakeProvider provider = await FakeProvider.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            for (long i = 0; i < Pieces; i++)
            {
                Task write = context.Response.Body.WriteAsync(piece, context.RequestAborted).AsTask();
                try
                {
                    await write.WaitAsync(TimeSpan.FromSeconds(2));
                }
                catch (TimeoutException)
                {
                    blocked.TrySetResult(i * Piece);
                    await write;
                }
            }

            blocked.TrySetResult((long)Piece * Pieces);
        });
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address));

        using HttpResponseMessage answer = await service.PostAsync("chat/completions", Request);
        long written = await blocked.Task.WaitAsync(Waits.Longest);
        Assert.True(written < 64L << 20, $"{written} bytes went into buffers");

        await using Stream body = await answer.Content.ReadAsStreamAsync();
        long read = 0;
        byte[] buffer = new byte[1 << 20];
        for (int length; (length = await body.ReadAsync(buffer)) > 0; read += length)
            Assert.True(buffer.AsSpan(0, length).IndexOfAnyExcept((byte)'x') < 0);
        Assert.Equal((long)Piece * Pieces, read);
    }

    [Fact]
    public async Task A_client_that_goes_away_ends_the_providers_work()
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using FakeProvider provider = await FakeProvider.StartAsync(async (context, _) =>
        {
            context.RequestAborted.Register(gone.SetResult);
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: {}\n\n");
            await gone.Task.WaitAsync(Waits.Longest);
        });
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address));

        using (HttpResponseMessage answer = await service.PostAsync("chat/completions", Request))
            await (await answer.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[4]);

        await gone.Task.WaitAsync(Waits.Longest);
    }

    [Fact]
    public async Task A_client_that_goes_away_before_the_answer_ends_the_providers_work_too()
    {
        var (asked, gone) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using FakeProvider provider = await FakeProvider.StartAsync(async (context, _) =>
        {
            context.RequestAborted.Register(gone.SetResult);
            asked.SetResult();
            await gone.Task.WaitAsync(Waits.Longest);
        });
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address));

        using var stop = new CancellationTokenSource();
        Task<HttpResponseMessage> answer = service.PostAsync("chat/completions", Request, cancellationToken: stop.Token);
        await asked.Task.WaitAsync(Waits.Longest);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await gone.Task.WaitAsync(Waits.Longest);
    }
}

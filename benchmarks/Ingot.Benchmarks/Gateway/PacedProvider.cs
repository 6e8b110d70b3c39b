using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ingot.Benchmarks.Gateway;

/// <summary>A provider that answers chats at once, or with events at the pace the request asks for; computes nothing.</summary>
internal sealed class PacedProvider : IAsyncDisposable
{
    /// <summary>One event, as long as a token's usually is.</summary>
    public static readonly byte[] Event = Encoding.UTF8.GetBytes(
        """data: {"id":"chatcmpl-0123456789abcdef0123456789abcdef","object":"chat.completion.chunk","created":1760000000,"model":"far-model","system_fingerprint":"fp_0123456789","choices":[{"index":0,"delta":{"content":" token"},"logprobs":null,"finish_reason":null}]}""" + "\n\n");

    private static readonly byte[] Whole = Encoding.UTF8.GetBytes("""{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"far","choices":[{"index":0,"message":{"role":"assistant","content":"Yes."},"finish_reason":"stop"}]}""");
    private static readonly byte[] Done = "data: [DONE]\n\n"u8.ToArray();

    private readonly WebApplication _application;

    private PacedProvider(WebApplication application) => _application = application;

    /// <summary>Where it listens.</summary>
    public string Address => _application.Urls.First();

    /// <summary>Starts it.</summary>
    public static async Task<PacedProvider> StartAsync(string url)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication application = builder.Build();
        application.Urls.Add(url);
        application.Run(AnswerAsync);
        await application.StartAsync();
        return new PacedProvider(application);
    }

    /// <summary>A request for so many events.</summary>
    /// <param name="events">How many; 0 for a whole answer.</param>
    /// <param name="pace">Milliseconds between two; 0 for none.</param>
    /// <param name="conversation">Which conversation: another one, another prompt.</param>
    public static string Request(int events, int pace, int conversation) => JsonSerializer.Serialize(new
    {
        model = "far",
        stream = events > 0,
        max_tokens = events,
        seed = pace,
        messages = new[] { new { role = "user", content = $"Question {conversation}. {new string('x', 2000)}" } },
    });

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Method != "POST")
            return;
        using JsonDocument request = await JsonDocument.ParseAsync(context.Request.Body);
        int events = request.RootElement.GetProperty("max_tokens").GetInt32();
        int pace = request.RootElement.GetProperty("seed").GetInt32();
        if (events == 0)
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers.ContentLength = Whole.Length;
            await context.Response.Body.WriteAsync(Whole);
            return;
        }

        context.Response.ContentType = "text/event-stream";
        using PeriodicTimer? timer = pace > 0 ? new PeriodicTimer(TimeSpan.FromMilliseconds(pace)) : null;
        for (int sent = 0; sent < events; sent++)
        {
            if (timer is not null)
                await timer.WaitForNextTickAsync(context.RequestAborted);
            await context.Response.Body.WriteAsync(Event, context.RequestAborted);
        }

        await context.Response.Body.WriteAsync(Done, context.RequestAborted);
    }
}

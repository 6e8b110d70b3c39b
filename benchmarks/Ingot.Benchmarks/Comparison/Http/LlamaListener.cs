using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ingot.Benchmarks.Comparison.Http;

/// <summary>
/// The least HTTP around llama.cpp's library, where there is no <c>llama-server</c>: one route, prompts as tokens, an event for each token
/// that comes, no checks, no text. What a service does besides is not in its time.
/// </summary>
internal sealed class LlamaListener : IAsyncDisposable
{
    private readonly WebApplication _application;

    private LlamaListener(WebApplication application) => _application = application;

    /// <summary>Where it listens.</summary>
    public string Address => _application.Urls.First();

    /// <summary>Listens.</summary>
    public static async Task<LlamaListener> StartAsync(LlamaSlots slots)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication application = builder.Build();
        application.Run(context => AnswerAsync(context, slots));
        await application.StartAsync();
        return new LlamaListener(application);
    }

    /// <summary>Ends.</summary>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context, LlamaSlots slots)
    {
        using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body);
        int[] prompt = [.. body.RootElement.GetProperty("prompt").EnumerateArray().Select(token => token.GetInt32())];
        context.Response.ContentType = "text/event-stream";
        await foreach (int token in slots.AnswerAsync(prompt, body.RootElement.GetProperty("max_tokens").GetInt32()))
        {
            await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes($$"""data: {"choices":[{"text":"t{{token}}"}]}""" + "\n\n"));
            await context.Response.Body.FlushAsync();
        }
    }
}

using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ingot.Gateway.Tests;

/// <summary>What a provider was sent.</summary>
public sealed record SentRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>A provider on a free port that does what the test says, and remembers what it was sent.</summary>
public sealed class FakeProvider : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<SentRequest> _requests = new();

    private FakeProvider(Func<HttpContext, string, Task> answer, int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        _application = builder.Build();
        _application.Urls.Add($"http://127.0.0.1:{port}");
        _application.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            string body = await reader.ReadToEndAsync();
            _requests.Enqueue(new SentRequest(
                context.Request.Method, context.Request.Path, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body));
            await answer(context, body);
        });
    }

    /// <summary>Its base address.</summary>
    public Uri Address => new($"{_application.Urls.First()}/v1");

    /// <summary>What it was sent, in order.</summary>
    public IReadOnlyList<SentRequest> Requests => [.. _requests];

    /// <summary>One that answers like this; the text is the request's body.</summary>
    public static async Task<FakeProvider> StartAsync(Func<HttpContext, string, Task> answer, int port = 0)
    {
        var provider = new FakeProvider(answer, port);
        await provider._application.StartAsync();
        return provider;
    }

    /// <summary>One that always says this.</summary>
    public static Task<FakeProvider> SayingAsync(string body, int status = 200, string type = "application/json") => StartAsync(async (context, _) =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
    });

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }
}

using System.Net;
using System.Text.Json;
using Ingot.Cli.Background;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ingot.Cli.Tests.Service;

/// <summary>A server on this machine that answers as the service does, and left its note in a home folder.</summary>
internal sealed class FakeService : IAsyncDisposable
{
    private readonly WebApplication _application;

    private FakeService(WebApplication application) => _application = application;

    /// <summary>The models in its memory.</summary>
    public List<FakeModel> Loaded { get; } = [];

    /// <summary>What it knows of providers' addresses; null for a service that has no such route.</summary>
    public object? Replicas { get; set; }

    /// <summary>The requests that came, with their queries.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>What it says its process is.</summary>
    public int ProcessId { get; set; } = Environment.ProcessId;

    /// <summary>Refuses loads with this sentence.</summary>
    public string? Refusal { get; set; }

    /// <summary>Where it is.</summary>
    public string Url => _application.Urls.First();

    /// <summary>Starts on a free port and leaves the note.</summary>
    public static async Task<FakeService> StartAsync(string home)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication application = builder.Build();
        var service = new FakeService(application);
        application.Run(service.AnswerAsync);
        await application.StartAsync();
        new ServiceRecord(Environment.ProcessId, [service.Url], "token", StartedAt: 1).Write(new ServiceFiles(Path.Combine(home, ".foundry")));
        return service;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        Requests.Add(path + context.Request.QueryString);
        string name = path.Split('/')[^1];
        switch (path.Split('/')[1..^1])
        {
            case ["openai", "load"] when Refusal is not null:
                context.Response.StatusCode = 404;
                return WriteAsync(context, new { error = new { message = Refusal, type = "invalid_request_error", code = "model_not_found" } });
            case ["openai", "load"]:
                Loaded.Add(new FakeModel(name));
                return WriteAsync(context, new { });
            case ["openai", "unload"]:
                Loaded.RemoveAll(model => model.id == name);
                return WriteAsync(context, new { });
        }

        return path switch
        {
            "/openai/status" => WriteAsync(context, new { endpoints = new[] { Url }, modelDirPath = "/models", pid = ProcessId, version = "9.9.9" }),
            "/openai/models" => WriteAsync(context, new[] { "one", "two" }),
            "/foundry/ps" => WriteAsync(context, Loaded),
            "/openai/replicas" when Replicas is not null => WriteAsync(context, Replicas),
            _ => Results.StatusCode(404).ExecuteAsync(context),
        };
    }

    private static Task WriteAsync<T>(HttpContext context, T value)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(value));
    }
}

/// <summary>One model of <c>GET /foundry/ps</c>, in the names of the wire.</summary>
internal sealed record FakeModel(string id, string alias = "tiny", int active_requests = 0, long? expires_at = null, bool pinned = false)
{
    public string state => "loaded";

    public string execution_provider => "CPUExecutionProvider";

    public long memory_bytes => 12_500_000;

    public long loaded_at => DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds();

    public long last_used_at => loaded_at;
}

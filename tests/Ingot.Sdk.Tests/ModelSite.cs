using System.Security.Cryptography;
using System.Text.Json;
using Ingot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ingot.Sdk.Tests;

/// <summary>A web server of this machine with one model to download, plainly or as Hugging Face has it; it may be told to hold it back.</summary>
internal sealed class ModelSite : IAsyncDisposable
{
    private readonly WebApplication _application;
    private volatile TaskCompletionSource _gate = new();

    private ModelSite(WebApplication application) => _application = application;

    /// <summary>Done when a large file was asked for and is held back.</summary>
    public TaskCompletionSource Held { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins to serve; large files wait for <see cref="Release"/>.</summary>
    public static async Task<ModelSite> StartAsync(string folder)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        var site = new ModelSite(application);
        application.Run(context => site.ServeAsync(folder, context));
        await application.StartAsync();
        return site;
    }

    /// <summary>Its address.</summary>
    public string Address => _application.Urls.First();

    /// <summary>Lets large files go.</summary>
    public void Release() => _gate.TrySetResult();

    /// <summary>Holds large files back from now on.</summary>
    public void Hold() => _gate = new TaskCompletionSource();

    /// <summary>A catalog file with the model, named <c>far</c>.</summary>
    public string WriteCatalog(TemporaryFolder to, string folder) => to.Write("catalog.json", JsonSerializer.Serialize(new
    {
        models = new[]
        {
            new
            {
                name = "far",
                version = 1,
                alias = "far",
                uri = $"{Address}/model/",
                files = Directory.GetFiles(folder).Select(path => new
                {
                    path = Path.GetFileName(path),
                    size = new FileInfo(path).Length,
                    sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))),
                }),
            },
        },
    }));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Release();
        await _application.DisposeAsync();
    }

    private async Task ServeAsync(string folder, HttpContext context)
    {
        string asked = context.Request.Path.Value!;
        if (asked.StartsWith("/api/models/", StringComparison.Ordinal))
        {
            await context.Response.WriteAsync(asked.Contains("/revision/", StringComparison.Ordinal) ? """{"sha":"0123456789abcdef"}""" : Tree(folder));
            return;
        }

        string path = Path.Combine(folder, Path.GetFileName(asked));
        if (path.EndsWith(".data", StringComparison.Ordinal) && !_gate.Task.IsCompleted)
        {
            Held.TrySetResult();
            await _gate.Task.WaitAsync(context.RequestAborted);
        }

        await Results.File(path, "application/octet-stream", enableRangeProcessing: true).ExecuteAsync(context);
    }

    // As Hugging Face lists a repository.
    private static string Tree(string folder) => JsonSerializer.Serialize(Directory.GetFiles(folder).Select(path => new
    {
        type = "file",
        path = Path.GetFileName(path),
        lfs = new { oid = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), size = new FileInfo(path).Length },
    }));
}

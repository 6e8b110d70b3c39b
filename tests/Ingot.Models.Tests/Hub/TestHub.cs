using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ingot.Models.Tests.Hub;

/// <summary>What the hub was asked.</summary>
/// <param name="Path">The path, with its query.</param>
/// <param name="Range">The range that was asked for; empty for the whole.</param>
/// <param name="Authorization">The access token's header; empty without one.</param>
public sealed record HubRequest(string Path, string Range, string Authorization);

/// <summary>
/// A Hugging Face hub with one repository, on this machine and over real HTTP, that errs on demand. Also a plain web server
/// for the same files, and, as a second instance, the storage that a hub's redirects lead to.
/// </summary>
public sealed class TestHub : IAsyncDisposable
{
    public const string Repository = "acme/tiny";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    /// <summary>Files from this size on are listed with their SHA-256, smaller ones with Git's name, as hubs do.</summary>
    public const int LargeFrom = 2000;

    private const int ChunkBytes = 16 << 10;

    private readonly WebApplication _app;
    private long _sentBytes;

    private TestHub(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>The repository's files.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Sizes the list names instead of the real ones.</summary>
    public ConcurrentDictionary<string, long> ListedSizes { get; } = new(StringComparer.Ordinal);

    /// <summary>Everything it was asked, in order.</summary>
    public ConcurrentQueue<HubRequest> Requests { get; } = new();

    /// <summary>Bytes of files that were sent.</summary>
    public long SentBytes => Interlocked.Read(ref _sentBytes);

    /// <summary>Files on one page of the list.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>Whether ranges are taken for requests of the whole.</summary>
    public bool IgnoresRanges { get; set; }

    /// <summary>Where large files are redirected to; null when they are sent from here.</summary>
    public Uri? Storage { get; set; }

    /// <summary>Looks at each request first; true when it has answered.</summary>
    public Func<HttpContext, HubRequest, Task<bool>>? Intercept { get; set; }

    /// <summary>Asked before each few kilobytes of a file; false cuts the connection.</summary>
    public Func<int, Task<bool>>? OnChunk { get; set; }

    /// <summary>What is sent instead of a file's bytes; null for the truth.</summary>
    public Func<string, byte[], byte[]>? Falsify { get; set; }

    /// <summary>Requests for files.</summary>
    public IEnumerable<HubRequest> FileRequests => Requests.Where(request => request.Path.Contains("/resolve/", StringComparison.Ordinal) || request.Path.StartsWith("/storage/", StringComparison.Ordinal));

    /// <summary>A hub that listens.</summary>
    /// <param name="certificate">Its certificate, for encrypted connections; null for open ones.</param>
    public static async Task<TestHub> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener =>
        {
            if (certificate is not null)
                listener.UseHttps(certificate);
        }));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        var hub = new TestHub(app);
        app.Run(hub.AnswerAsync);
        await app.StartAsync();
        return hub;
    }

    /// <summary>Adds the files of a small ONNX model folder.</summary>
    public TestHub AddModel(int dataBytes = 300_000, string folder = "")
    {
        Files[folder + "genai_config.json"] = Encoding.UTF8.GetBytes("""{"model":{"type":"qwen2","context_length":2048}}""");
        Files[folder + "tokenizer.json"] = Bytes(1500, 1);
        Files[folder + "model.onnx"] = Bytes(40_000, 2);
        Files[folder + "model.onnx.data"] = Bytes(dataBytes, 3);
        return this;
    }

    /// <summary>Bytes that look random and are always the same.</summary>
    public static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = new HubRequest(
            context.Request.Path + context.Request.QueryString.ToString(), context.Request.Headers.Range.ToString(), context.Request.Headers.Authorization.ToString());
        Requests.Enqueue(request);
        if (Intercept is { } intercept && await intercept(context, request))
            return;
        var path = context.Request.Path.Value!;
        if (path.StartsWith($"/api/models/{Repository}/revision/", StringComparison.Ordinal))
            await context.Response.WriteAsync($$"""{"id":"{{Repository}}","sha":"{{Commit}}","gated":false}""");
        else if (After(path, $"/api/models/{Repository}/tree/{Commit}") is { } folder)
            await ListAsync(context, folder.Trim('/'));
        else if (After(path, $"/{Repository}/resolve/{Commit}/") is { } file)
            await SendOrRedirectAsync(context, file);
        else if (After(path, "/storage/") is { } stored)
            await SendAsync(context, stored);
        else
            await RefuseAsync(context, StatusCodes.Status404NotFound, "RepoNotFound");
    }

    public static Task RefuseAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.Headers["X-Error-Code"] = code;
        return Task.CompletedTask;
    }

    private async Task ListAsync(HttpContext context, string folder)
    {
        var names = Files.Keys.Order(StringComparer.Ordinal).Where(name => folder.Length == 0 || name.StartsWith(folder + "/", StringComparison.Ordinal)).ToList();
        if (names.Count == 0)
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "EntryNotFound");
            return;
        }

        var start = int.Parse(context.Request.Query["cursor"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture);
        if (start + PageSize < names.Count)
            context.Response.Headers.Link = $"<{Address.AbsoluteUri.TrimEnd('/')}{context.Request.Path}?recursive=true&cursor={start + PageSize}>; rel=\"next\"";
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(JsonSerializer.Serialize(names.Skip(start).Take(PageSize).Select(Item)));
    }

    private Dictionary<string, object> Item(string name)
    {
        var content = Files[name];
        var size = ListedSizes.GetValueOrDefault(name, content.LongLength);
        var item = new Dictionary<string, object> { ["type"] = "file", ["path"] = name, ["size"] = size, ["oid"] = BlobName(content) };
        if (content.Length >= LargeFrom)
            item["lfs"] = new Dictionary<string, object> { ["oid"] = Convert.ToHexStringLower(SHA256.HashData(content)), ["size"] = size, ["pointerSize"] = 131 };
        return item;
    }

    private static string BlobName(byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {content.Length}\0")));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private Task SendOrRedirectAsync(HttpContext context, string file)
    {
        if (Storage is null || !Files.TryGetValue(file, out var content) || content.Length < LargeFrom)
            return SendAsync(context, file);
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = new Uri(Storage, $"storage/{file}?signature=secret").AbsoluteUri;
        return Task.CompletedTask;
    }

    private async Task SendAsync(HttpContext context, string file)
    {
        if (!Files.TryGetValue(file, out var content))
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "EntryNotFound");
            return;
        }

        content = Falsify?.Invoke(file, content) ?? content;
        var (from, to) = (0, content.Length - 1);
        if (!IgnoresRanges && context.Request.GetTypedHeaders().Range?.Ranges.SingleOrDefault() is { From: { } first, To: { } last })
        {
            (from, to) = ((int)first, (int)Math.Min(last, to));
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes {from}-{to}/{content.Length}";
        }

        context.Response.ContentLength = to - from + 1;
        for (var position = from; position <= to; position += ChunkBytes)
        {
            var length = Math.Min(ChunkBytes, to - position + 1);
            if (OnChunk is { } onChunk && !await onChunk(length))
            {
                context.Abort();
                return;
            }

            // Whoever has the last byte may look at the sum before anything that is done after sending it.
            Interlocked.Add(ref _sentBytes, length);
            await context.Response.Body.WriteAsync(content.AsMemory(position, length), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static string? After(string path, string prefix) => path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : null;
}

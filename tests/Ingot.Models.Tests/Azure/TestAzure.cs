using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Ingot.Models.Tests.Hub;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ingot.Models.Tests.Azure;

/// <summary>What one of the servers was asked.</summary>
/// <param name="Target">Path and query.</param>
/// <param name="Agent">The program's name.</param>
/// <param name="Body">What was sent along.</param>
/// <param name="State">The file state that was asked for; empty when none.</param>
public sealed record AzureRequest(string Target, string Agent, string Body, string State);

/// <summary>
/// The Azure catalog and registry, and the blob storage their models lie in, on this machine and over real HTTP, with
/// faults on demand. Two servers, so that it is seen who is told what.
/// </summary>
public sealed class TestAzure : IAsyncDisposable
{
    public const string Secret = "c2lnbmF0dXJl%2Bsecret";
    public const string Asset = "azureml://registries/azureml/models/Tiny-generic-cpu/versions/3";
    public const string Prefix = "models/tiny 3";

    private const int ChunkBytes = 16 << 10;

    private readonly WebApplication _front;
    private readonly WebApplication _storage;

    private TestAzure(WebApplication front, WebApplication storage) => (_front, _storage) = (front, storage);

    /// <summary>Where catalog and registry listen.</summary>
    public Uri Front => new(_front.Urls.First());

    /// <summary>Where storage listens.</summary>
    public Uri Storage => new(_storage.Urls.First());

    /// <summary>What catalog and registry were asked.</summary>
    public ConcurrentQueue<AzureRequest> FrontRequests { get; } = new();

    /// <summary>What storage was asked.</summary>
    public ConcurrentQueue<AzureRequest> StorageRequests { get; } = new();

    /// <summary>The models of the catalog, as the wire has them.</summary>
    public List<object> Models { get; } = [];

    /// <summary>Models on one page.</summary>
    public int PageSize { get; set; } = 2;

    /// <summary>Whether pages go on by a token rather than by a number.</summary>
    public bool HasTokens { get; set; }

    /// <summary>The blobs below <see cref="Prefix"/>.</summary>
    public ConcurrentDictionary<string, byte[]> Blobs { get; } = new(StringComparer.Ordinal);

    /// <summary>The kind of hash listed of each blob: MD5, CRC64, or none.</summary>
    public Func<string, string> HashOf { get; set; } = _ => "Content-MD5";

    /// <summary>How check sums are made, where they are listed.</summary>
    public Func<byte[], byte[]> CheckSum { get; set; } = _ => [];

    /// <summary>The address the registry gives for the model; null for the true one.</summary>
    public string? Address { get; set; }

    /// <summary>The signature storage accepts just now.</summary>
    public string Accepted { get; set; } = Secret;

    /// <summary>Looks at each request to catalog and registry first; true when it has answered.</summary>
    public Func<HttpContext, Task<bool>>? Intercept { get; set; }

    /// <summary>Looks at each request to storage first; true when it has answered.</summary>
    public Func<HttpContext, Task<bool>>? InterceptStorage { get; set; }

    /// <summary>Asked before each few kilobytes of a blob; false cuts the connection.</summary>
    public Func<bool> OnChunk { get; set; } = () => true;

    public static async Task<TestAzure> StartAsync()
    {
        TestAzure azure = null!;
        var front = Build(context => azure.AnswerAsync(context));
        var storage = Build(context => azure.AnswerStorageAsync(context));
        azure = new TestAzure(front, storage);
        await front.StartAsync();
        await storage.StartAsync();
        return azure;
    }

    /// <summary>A model as the catalog's wire has it.</summary>
    public static object Model(string name, string version, string device = "cpu", string provider = "CPUExecutionProvider", string? asset = null, object? tags = null) => new
    {
        assetId = asset ?? $"azureml://registries/azureml/models/{name}/versions/{version}",
        entityId = "e",
        annotations = new
        {
            tags = tags ?? new { alias = "tiny" },
            systemCatalogData = new { publisher = "Acme", displayName = name + " shown", maxOutputTokens = 2048 },
        },
        properties = new
        {
            id = "x",
            name,
            version,
            minFLVersion = "1.0.0",
            variantInfo = new
            {
                parents = new[] { new { assetId = "azureml://registries/azureml/models/parent/versions/1" } },
                variantMetadata = new { modelType = "ONNX", device, executionProvider = provider, fileSizeBytes = 5_000_000_000 },
            },
            creationContext = new { createdTime = "2025-06-01T00:00:00Z" },
        },
    };

    /// <summary>Adds the files of a small model, in a folder of their own as the first catalogs had them.</summary>
    public TestAzure AddBlobs(int dataBytes = 300_000)
    {
        Blobs["v3/genai_config.json"] = Encoding.UTF8.GetBytes("""{"model":{"type":"qwen2","context_length":2048}}""");
        Blobs["v3/tokenizer.json"] = TestHub.Bytes(1500, 1);
        Blobs["v3/model.onnx"] = TestHub.Bytes(40_000, 2);
        Blobs["v3/model.onnx.data"] = TestHub.Bytes(dataBytes, 3);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _front.DisposeAsync();
        await _storage.DisposeAsync();
    }

    private static WebApplication Build(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        app.Run(answer);
        return app;
    }

    private static async Task<AzureRequest> RecordAsync(HttpContext context, ConcurrentQueue<AzureRequest> requests)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = new AzureRequest(
            context.Request.Path + context.Request.QueryString.ToString(), context.Request.Headers.UserAgent.ToString(),
            await reader.ReadToEndAsync(), context.Request.Headers.IfMatch.ToString());
        requests.Enqueue(request);
        return request;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = await RecordAsync(context, FrontRequests);
        if (Intercept is { } intercept && await intercept(context))
            return;
        var path = context.Request.Path.Value!;
        if (path == "/probe")
            context.Response.Headers["azureml-served-by-cluster"] = "vienna-westeurope-01";
        else if (path.EndsWith("/ux/v1.0/entities/crossRegion", StringComparison.Ordinal))
            await ListModelsAsync(context, request);
        else if (path.EndsWith("/modelregistry/v1.0/registry/models/nonazureaccount", StringComparison.Ordinal) && context.Request.Query["assetId"] == Asset)
            await context.Response.WriteAsync(JsonSerializer.Serialize(new { blobSasUri = Address ?? $"{Storage}container/{Prefix.Replace(" ", "%20", StringComparison.Ordinal)}?sv=2024&sr=c&sig={Accepted}", modelEntity = new { } }));
        else
            context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    private async Task ListModelsAsync(HttpContext context, AzureRequest request)
    {
        if (request.Agent != "AzureAiStudio")
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var body = JsonDocument.Parse(request.Body);
        var question = body.RootElement.GetProperty("indexEntitiesRequest");
        var from = HasTokens
            ? int.Parse(question.GetProperty("continuationToken").GetString() ?? "0", CultureInfo.InvariantCulture)
            : question.GetProperty("skip") is { ValueKind: JsonValueKind.Number } skip ? skip.GetInt32() : 0;
        var next = from + PageSize < Models.Count ? from + PageSize : (int?)null;
        await context.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            indexEntitiesResponse = new
            {
                totalCount = Models.Count,
                value = Models.Skip(from).Take(PageSize),
                nextSkip = HasTokens ? null : next,
                continuationToken = HasTokens ? next?.ToString(CultureInfo.InvariantCulture) : null,
            },
        }));
    }

    private async Task AnswerStorageAsync(HttpContext context)
    {
        await RecordAsync(context, StorageRequests);
        if (InterceptStorage is { } intercept && await intercept(context))
            return;
        var path = context.Request.Path.Value!;
        if (!context.Request.QueryString.Value!.EndsWith("&sig=" + Accepted, StringComparison.Ordinal))
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
        else if (path == "/container" && context.Request.Query["comp"] == "list" && context.Request.Query["prefix"] == Prefix + "/")
            await ListBlobsAsync(context);
        else if (path.StartsWith($"/container/{Prefix}/", StringComparison.Ordinal) && Blobs.TryGetValue(path[$"/container/{Prefix}/".Length..], out var content))
            await SendAsync(context, content);
        else
            context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    // Two blobs a page, and a folder as storage with folders lists them.
    private async Task ListBlobsAsync(HttpContext context)
    {
        var from = int.Parse(context.Request.Query["marker"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture);
        var page = Blobs.OrderBy(blob => blob.Key, StringComparer.Ordinal).Skip(from).Take(2).Select(blob => new XElement("Blob",
            new XElement("Name", $"{Prefix}/{blob.Key}"),
            new XElement("Properties",
                new XElement("Content-Length", blob.Value.Length),
                new XElement("Etag", State(blob.Value)),
                HashOf(blob.Key) switch
                {
                    "Content-MD5" => new XElement("Content-MD5", Convert.ToBase64String(Md5(blob.Value))),
                    "Content-CRC64" => new XElement("Content-CRC64", Convert.ToBase64String(CheckSum(blob.Value))),
                    _ => new XElement("Content-MD5"),
                })));
        var folder = new XElement("Blob", new XElement("Name", $"{Prefix}/v3"), new XElement("Properties", new XElement("ResourceType", "directory"), new XElement("Content-Length", 0)));
        var root = new XElement("EnumerationResults", new XElement("Blobs", folder, page), new XElement("NextMarker", from + 2 < Blobs.Count ? from + 2 : null));
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync("\ufeff<?xml version=\"1.0\" encoding=\"utf-8\"?>" + root);
    }

    private static string State(byte[] content) => "0x" + Convert.ToHexString(SHA256.HashData(content))[..15];

    private static byte[] Md5(byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        hash.AppendData(content);
        return hash.GetCurrentHash();
    }

    private async Task SendAsync(HttpContext context, byte[] content)
    {
        if (context.Request.Headers.IfMatch.ToString() is { Length: > 0 } wanted && wanted != $"\"{State(content)}\"")
        {
            context.Response.StatusCode = StatusCodes.Status412PreconditionFailed;
            return;
        }

        var (from, to) = (0, content.Length - 1);
        if (context.Request.GetTypedHeaders().Range?.Ranges.SingleOrDefault() is { From: { } first, To: { } last })
        {
            (from, to) = ((int)first, (int)Math.Min(last, to));
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes {from}-{to}/{content.Length}";
        }

        context.Response.ContentLength = to - from + 1;
        for (var position = from; position <= to; position += ChunkBytes)
        {
            if (!OnChunk())
            {
                context.Abort();
                return;
            }

            await context.Response.Body.WriteAsync(content.AsMemory(position, Math.Min(ChunkBytes, to - position + 1)), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}

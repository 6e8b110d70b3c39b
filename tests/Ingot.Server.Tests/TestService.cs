using System.Text;
using System.Text.Json;
using Ingot.Engine;
using Ingot.Service;
using Ingot.Service.Hosting;
using Ingot.Service.Tests;
using Ingot.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Server.Tests;

/// <summary>A service on a free port whose one model, <c>tiny</c>, says what the test wants, by a clock the test moves.</summary>
public sealed class TestService : IAsyncDisposable
{
    private readonly TemporaryFolder _home = new();
    private readonly TinyModel _model;
    private IngotServer? _server;
    private int _loads;

    private TestService(TinyModel model, IngotOptions options, Func<TinyModel, LoadedModel> load, ILoggerFactory loggers)
    {
        _model = model;
        string catalog = _home.Write("catalog.json", JsonSerializer.Serialize(new
        {
            models = new[] { new { name = "tiny", version = 1, alias = "tiny", path = model.Entry.LocalPath } },
        }));
        Services = IngotServices.Create(
            options with { ModelCacheDirectory = Path.Combine(_home.Path, "models"), StoreDirectory = options.StoreDirectory == new IngotOptions().StoreDirectory ? _home["store"] : options.StoreDirectory, CatalogPaths = [catalog] },
            loggers,
            Time,
            (_, gone) => LoadAsync(model, load, gone));
    }

    /// <summary>What loads wait for; nothing unless a test says so.</summary>
    public Task LoadsWaitFor { get; set; } = Task.CompletedTask;

    /// <summary>How many loads have begun.</summary>
    public int Loads => Volatile.Read(ref _loads);

    /// <summary>Its clock; stands still until it is advanced.</summary>
    public ManualTime Time { get; } = new();

    /// <summary>What stands behind it.</summary>
    public IngotServices Services { get; }

    /// <summary>A plain HTTP client for it.</summary>
    public HttpClient Client { get; } = new() { Timeout = Waits.Longest };

    /// <summary>Where it keeps what it must know at its next start.</summary>
    public string Home => _home["home"];

    /// <summary>The server itself.</summary>
    public IngotServer Server => _server!;

    /// <summary>Its address, without a slash at the end.</summary>
    public string Url => _server!.Urls[0];

    /// <summary>A service whose model says this to everything.</summary>
    public static Task<TestService> SayingAsync(string reply, IngotOptions? options = null, TinyModel? model = null) =>
        StartAsync(tiny => tiny.Load(TinyModel.Tokens(reply)), options, model);

    /// <summary>A service whose model answers a prompt with what this function makes of its text.</summary>
    public static Task<TestService> AnsweringAsync(Func<string, string> answer, string template = TinyModel.Template) => StartAsync(
        tiny => tiny.Load(new FakeRunner
        {
            VocabularySize = 260,
            EndOfSequenceIds = [TinyModel.End],
            Next = history => Continue(history, prompt => TinyModel.Tokens(answer(prompt))),
        }),
        model: new TinyModel(template));

    /// <summary>Has the model make some answers that nobody reads.</summary>
    public async Task OccupyAsync(int answers)
    {
        using var lease = await Services.Models.AcquireAsync("tiny");
        lease.Model.Engine.Generate(new GenerationRequest { Prompt = [1], MaxTokens = 8 }, answers, CancellationToken.None);
    }

    /// <summary>What comes next in the answer to a prompt, which ends where the assistant begins to speak.</summary>
    public static int Continue(IReadOnlyList<int> history, Func<string, IReadOnlyList<int>> answer)
    {
        int start = history.Count - 1;
        while (history[start] != TinyModel.Start)
            start--;
        int said = history.Count - start - 1 - "assistant ".Length;
        IReadOnlyList<int> tokens = answer(Encoding.UTF8.GetString([.. history.Take(start).Where(token => token < 256).Select(token => (byte)token)]));

        // A guess may go on as the prompt does, with the beginning of a message: what follows that is of no account.
        return said >= 0 && said < tokens.Count ? tokens[said] : TinyModel.End;
    }

    /// <summary>A service whose model is this runner; it is made anew at every load.</summary>
    public static async Task<TestService> StartAsync(
        Func<TinyModel, LoadedModel> load, IngotOptions? options = null, TinyModel? model = null, string urls = "http://127.0.0.1:0", ILoggerFactory? loggers = null)
    {
        loggers ??= NullLoggerFactory.Instance;
        var service = new TestService(model ?? new TinyModel(), options ?? new IngotOptions(), load, loggers);
        var serverOptions = new ServerOptions { Urls = urls, MaxRequestBodyBytes = 100_000, HomeFolder = service.Home };
        service._server = await IngotServer.StartAsync(service.Services, serverOptions, loggers, CancellationToken.None);
        return service;
    }

    /// <summary>Posts JSON to the chat route.</summary>
    public Task<HttpResponseMessage> PostChatAsync(string json, CancellationToken cancellationToken = default) =>
        SendAsync(json, HttpCompletionOption.ResponseContentRead, cancellationToken);

    /// <summary>Posts JSON to the chat route, and gives the answer as soon as it begins.</summary>
    public Task<HttpResponseMessage> StreamChatAsync(string json, CancellationToken cancellationToken = default) =>
        SendAsync(json, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    /// <summary>A chat request of one message with these further fields.</summary>
    public static string Chat(string fields = "", string text = "Hi") =>
        $$"""{"model": "tiny", "messages": [{"role": "user", "content": {{JsonSerializer.Serialize(text)}}}]{{(fields.Length > 0 ? ", " : "")}}{{fields}}}""";

    /// <summary>Tells the service to stop, as a signal does, and waits until it has.</summary>
    public Task StopAsync() => _server!.WaitForShutdownAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server!.DisposeAsync();
        await Services.DisposeAsync();
        _model.Dispose();
        _home.Dispose();
    }

    private async Task<LoadedModel> LoadAsync(TinyModel model, Func<TinyModel, LoadedModel> load, CancellationToken gone)
    {
        Interlocked.Increment(ref _loads);
        await LoadsWaitFor.WaitAsync(gone);
        return load(model);
    }

    private async Task<HttpResponseMessage> SendAsync(string json, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Url}/v1/chat/completions")
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        return await Client.SendAsync(request, completion, cancellationToken);
    }
}

using System.Net.Sockets;
using Ingot.Errors;
using Ingot.Server.Bounds;
using Ingot.Server.Certificates;
using Ingot.Server.Conversations;
using Ingot.Server.Endpoints;
using Ingot.Server.Errors;
using Ingot.Server.Foundry;
using Ingot.Server.Http;
using Ingot.Server.Mapping;
using Ingot.Server.Metrics;
using Ingot.Server.OpenApi;
using Ingot.Server.Responses;
using Ingot.Server.Security;
using Ingot.Server.StoredChat;
using Ingot.Service;
using Ingot.Service.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Ingot.Server;

/// <summary>The running HTTP service. Knows routes and wire forms; what they mean is <see cref="IngotServices"/>' business, which it does not own.</summary>
public sealed class IngotServer : IAsyncDisposable
{
    /// <summary>How long requests that were told to end may take to say so.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);

    private const int LongestRequestLine = 64 << 10;

    private readonly WebApplication _application;
    private readonly CertificateWatch? _certificate;

    private IngotServer(WebApplication application, CertificateWatch? certificate)
    {
        (_application, _certificate) = (application, certificate);
        PipeName = application.Services.GetRequiredService<LocalPipe>().Name;
        Urls = LocalPipe.WithoutPipes(application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>());
    }

    /// <summary>The addresses it listens on, with the ports it was given; without the local pipe.</summary>
    public IReadOnlyList<string> Urls { get; }

    /// <summary>The local pipe it listens on besides: a Unix socket's path, on Windows a pipe's name; null when there is none.</summary>
    public string? PipeName { get; }

    /// <summary>
    /// The SHA-256, in upper-case hexadecimal, of the certificate that its <c>https</c> addresses show now; null when it has none.
    /// </summary>
    public string? CertificateFingerprint => _certificate?.Current.Fingerprint;

    /// <summary>Everything it has a route for.</summary>
    internal IEnumerable<RouteEndpoint> Routes => ((IEndpointRouteBuilder)_application).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    /// <summary>Starts listening.</summary>
    /// <param name="services">What answers; must outlive the server.</param>
    /// <param name="options">How to listen.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IngotException">The options are wrong, or an address is taken.</exception>
    public static async Task<IngotServer> StartAsync(
        IngotServices services, ServerOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        options.Validate();
        CertificateWatch? certificate = options.CertificateFor(services, loggers);
        LocalPipe pipe = await LocalPipe.PrepareAsync(options, loggers.CreateLogger<LocalPipe>(), cancellationToken);
        WebApplication application = Build(services, options, pipe, certificate, loggers);
        try
        {
            await application.StartAsync(cancellationToken);
            return new IngotServer(application, certificate);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            await application.DisposeAsync();
            throw new IngotException(ErrorCode.Conflict, $"Cannot listen on {options.Urls}: {exception.Message}", "urls", exception);
        }
    }

    /// <summary>Waits until somebody asks the service to stop, by signal, <c>POST /shutdown</c> or the token, and it has.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _application.WaitForShutdownAsync(cancellationToken);

    /// <summary>
    /// Refuses further requests, lets those under way end, for <see cref="ServerOptions.DrainTime"/> at most, and stops listening.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static WebApplication Build(IngotServices services, ServerOptions options, LocalPipe pipe, CertificateWatch? certificate, ILoggerFactory loggers)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();

        // Where it listens was checked: no variable and no file of the framework's may say otherwise.
        builder.Configuration.Sources.Clear();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxRequestBodyBytes;

            // What is longer gets a bare status, so that no name somebody may mean by a model ends there.
            kestrel.Limits.MaxRequestLineSize = LongestRequestLine;
        });

        builder.WebHost.ServeHttps(certificate);

        // Answers go out in many small pieces: handing each to another thread would cost more than sending it.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.Services.AddSingleton<ILoggerFactory>(new DiscreetLoggers(loggers));
        builder.Services.AddSingleton(services);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(new WireRules(services.Options));
        builder.Services.AddSingleton<OpenApiDocument>();
        builder.Services.AddSingleton<OpenRequests>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<OpenRequests>());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTime + LastWords);
        builder.Services.AddSingleton<ModelActions>();
        builder.Services.AddSingleton(new GpuDeviceFile(options.HomeFolder));
        builder.Services.AddSingleton(pipe);
        if (!options.HandlesSignals)
            builder.Services.AddSingleton<IHostLifetime, GuestLifetime>();
        builder.Services.AddSingleton(services.Answers);
        builder.Services.AddSingleton<LiveResponses>();
        builder.Services.AddSingleton<ResponseArchive>();
        builder.Services.AddSingleton(new ConversationArchive(services.Answers));
        builder.Services.AddSingleton(new CompletionArchive(services.Answers));
        builder.Services.AddSingleton<ResponseDrafts>();
        builder.Services.AddSingleton<BackgroundResponses>();
        builder.Services.AddSingleton<ChatSources>();
        builder.Services.AddSingleton<ModelsElsewhere>();
        foreach (ServerPart part in options.Parts)
            part.AddServices(builder.Services);

        builder.Services.AddCallers(services, options, loggers);

        WebApplication application = builder.Build();
        foreach (string address in options.Addresses)
            application.Urls.Add(address);
        if (pipe.Address is not null)
            application.Urls.Add(pipe.Address);
        application.UseEdge();
        application.UseCallers();
        application.UseMiddleware<RequestGate>();
        foreach (ServerPart part in options.Parts)
            part.Use(application);
        application.MapChat();
        application.MapResponses();
        application.MapStoredResponses();
        application.MapConversations();
        application.MapConversationItems();
        application.MapStoredChat();
        application.MapCompletions();
        application.MapTokens();
        application.MapEmbeddings();
        application.MapModels();
        application.MapFoundryLists();
        application.MapFoundryLoads();
        application.MapFoundryDownload();
        application.MapFoundryGpu();
        application.MapFoundryRegister();
        application.MapFoundryReplicas();
        application.MapServiceStatus();
        application.MapHealth();
        application.MapMetrics();
        application.MapOpenApi();
        return application;
    }
}

using System.Net.Sockets;
using System.Text.Json;
using Ingot.Service;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Server.Tests;

/// <summary>The way in that needs no port. On Windows these would be about its pipes, which are not files.</summary>
public sealed class LocalPipeTests : IAsyncLifetime
{
    private readonly TemporaryFolder _home = new();
    private IngotServices _services = null!;

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix domain sockets in a folder are for the other systems.");
        _services = IngotServices.Create(new IngotOptions { ModelCacheDirectory = _home["models"] }, NullLoggerFactory.Instance);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
            await _services.DisposeAsync();
        _home.Dispose();
    }

    [Fact]
    public async Task The_status_names_a_socket_that_answers_to_any_host_and_is_gone_afterwards()
    {
        string path = Path.Combine(_home.Path, "run", "test.sock");
        await using (IngotServer server = await StartAsync(_home.Path))
        {
            JsonElement status = await StatusAsync(server);
            using HttpClient client = ClientOf(status.GetProperty("pipeName").GetString()!);
            string health = await client.GetStringAsync("http://whatever.example/health");
            string list = await client.GetStringAsync("http://localhost/foundry/list");

            Assert.Equal(path, status.GetProperty("PipeName").GetString());
            Assert.Equal("""{"status":"ok"}""", health);
            Assert.Contains("ingot-tiny-chat:1", list, StringComparison.Ordinal);
            Assert.Equal(server.Urls, status.GetProperty("endpoints").EnumerateArray().Select(address => address.GetString()!));
            Assert.StartsWith("http://127.0.0.1:", Assert.Single(server.Urls), StringComparison.Ordinal);
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Only_this_user_can_enter_the_folder_even_if_others_could_before()
    {
        Directory.CreateDirectory(_home["run"]);

        await using IngotServer server = await StartAsync(_home.Path);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(_home["run"]));
    }

    [Fact]
    public async Task What_a_killed_service_left_is_removed()
    {
        _home.Write("run/test.sock", "");

        await using IngotServer server = await StartAsync(_home.Path);

        using HttpClient client = ClientOf((await StatusAsync(server)).GetProperty("pipeName").GetString()!);
        Assert.Equal("""{"status":"ok"}""", await client.GetStringAsync("http://localhost/health"));
    }

    [Fact]
    public async Task Another_services_socket_is_left_alone()
    {
        await using IngotServer first = await StartAsync(_home.Path);
        JsonElement status;
        await using (IngotServer second = await StartAsync(_home.Path))
            status = await StatusAsync(second);

        Assert.Equal(JsonValueKind.Null, status.GetProperty("pipeName").ValueKind);
        using HttpClient client = ClientOf((await StatusAsync(first)).GetProperty("pipeName").GetString()!);
        Assert.Equal("""{"status":"ok"}""", await client.GetStringAsync("http://localhost/health"));
    }

    [Theory]
    [InlineData("a-folder-whose-name-is-longer-than-every-system-allows-for-sockets-which-is-little-more-than-a-hundred-characters")]
    [InlineData("a:b")]
    public async Task Where_there_can_be_no_socket_the_service_does_without(string folder)
    {
        await using IngotServer server = await StartAsync(_home[folder]);

        Assert.Equal(JsonValueKind.Null, (await StatusAsync(server)).GetProperty("pipeName").ValueKind);
    }

    [Fact]
    public async Task Without_a_name_there_is_no_pipe_and_no_folder()
    {
        await using IngotServer server = await IngotServer.StartAsync(
            _services, new ServerOptions { Urls = "http://127.0.0.1:0", HomeFolder = _home.Path }, NullLoggerFactory.Instance, CancellationToken.None);

        Assert.Equal(JsonValueKind.Null, (await StatusAsync(server)).GetProperty("pipeName").ValueKind);
        Assert.False(Directory.Exists(_home["run"]));
    }

    private Task<IngotServer> StartAsync(string home) => IngotServer.StartAsync(
        _services, new ServerOptions { Urls = "http://127.0.0.1:0", PipeName = "test", HomeFolder = home }, NullLoggerFactory.Instance, CancellationToken.None);

    private static async Task<JsonElement> StatusAsync(IngotServer server)
    {
        using var client = new HttpClient { Timeout = Waits.Longest };
        return JsonDocument.Parse(await client.GetStringAsync($"{server.Urls[0]}/openai/status")).RootElement;
    }

    private static HttpClient ClientOf(string path) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });
}

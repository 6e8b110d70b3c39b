using System.Net.Sockets;
using Ingot.Errors;
using Ingot.Server.Security;
using Ingot.Service;
using Ingot.Service.Callers;
using Ingot.Testing;

namespace Ingot.Server.Tests.Callers;

/// <summary>Keys: how they are sent, and that a running service knows of changes.</summary>
public sealed class KeyTests
{
    [Theory]
    [InlineData("api-key", "{0}")]
    [InlineData("Api-Key", "  {0}  ")]
    [InlineData("Authorization", "Bearer {0}")]
    [InlineData("authorization", "bearer  {0}")]
    public async Task A_key_is_taken_in_either_header(string header, string form)
    {
        (GuardedService service, string key) = await GuardedService.WithKeyAsync();
        await using GuardedService disposed = service;

        Assert.Equal(200, await StatusAsync(service, (header, string.Format(null, form, key))));
        Assert.Equal(200, await StatusAsync(service, ("api-key", key), ("Authorization", $"Bearer {key}")));
    }

    [Fact]
    public async Task A_running_service_demands_the_first_key_and_refuses_a_revoked_one_at_once()
    {
        await using var service = new GuardedService();
        await service.StartAsync();
        int before = await StatusAsync(service);
        string first = await service.MakeKeyAsync("first");
        (int without, int with) = (await StatusAsync(service), await StatusAsync(service, ("api-key", first)));
        string second = await service.MakeKeyAsync("second");
        await service.Keys.RevokeAsync("first", CancellationToken.None);

        Assert.Equal((200, 401, 200), (before, without, with));
        Assert.Equal((401, 200), (await StatusAsync(service, ("api-key", first)), await StatusAsync(service, ("api-key", second))));
        await service.Keys.RevokeAsync("second", CancellationToken.None);
        Assert.Equal((401, 401), (await StatusAsync(service, ("api-key", second)), await StatusAsync(service)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"version":1,"keys":[{}]}""")]
    [InlineData("""{"version":2,"keys":[]}""")]
    [InlineData(null)]
    public async Task Keys_that_are_damaged_or_removed_open_nothing(string? text)
    {
        (GuardedService service, string key) = await GuardedService.WithKeyAsync();
        await using GuardedService disposed = service;
        string kept = await File.ReadAllTextAsync(service.Keys.Path);
        Assert.Equal(200, await StatusAsync(service, ("api-key", key)));

        if (text is null)
            File.Delete(service.Keys.Path);
        else
            await File.WriteAllTextAsync(service.Keys.Path, text);
        (int without, int with) = (await StatusAsync(service), await StatusAsync(service, ("api-key", key)));
        await File.WriteAllTextAsync(service.Keys.Path, kept);

        Assert.Equal((401, 401, 200), (without, with, await StatusAsync(service, ("api-key", key))));
        Assert.Equal(text is not null, service.Log.Lines.Any(line => line.Contains("No API key is accepted", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_local_pipe_needs_no_key()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix domain sockets are for the other systems.");
        await using var service = new GuardedService();
        await service.MakeKeyAsync("first");
        await service.StartAsync(pipe: "test");
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(service.Home, "run", "test.sock")), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });

        Assert.Contains("tiny:1", await client.GetStringAsync("http://localhost/openai/models"), StringComparison.Ordinal);
        Assert.Equal(401, await StatusAsync(service));
    }

    [Fact]
    public async Task The_command_that_started_the_service_stops_it_with_its_own_token_and_a_key_does_not()
    {
        (GuardedService service, string key) = await GuardedService.WithKeyAsync();
        await using GuardedService disposed = service;

        using HttpResponseMessage byKey = await service.SendAsync(HttpMethod.Post, "/shutdown", key);
        using HttpResponseMessage elsewhere = await service.SendAsync(HttpMethod.Get, "/v1/models", "0123456789ABCDEF");
        using HttpResponseMessage byToken = await service.SendAsync(HttpMethod.Post, "/shutdown", "0123456789ABCDEF");

        Assert.Equal((403, 401, 200), ((int)byKey.StatusCode, (int)elsewhere.StatusCode, (int)byToken.StatusCode));
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://example.org:0")]
    [InlineData("http://app.localhost:0")]
    [InlineData("http://192.0.2.1:0")]
    [InlineData("http://127.0.0.1:0;http://0.0.0.0:0")]
    public async Task Where_other_machines_could_use_it_a_service_that_demands_nothing_does_not_start(string urls)
    {
        foreach (string auth in new[] { "auto", "none" })
        {
            await using var service = new GuardedService();
            if (auth == "none")
                await service.MakeKeyAsync("first");

            IngotException refusal = await Assert.ThrowsAsync<IngotException>(() => service.StartAsync(new IngotOptions { Auth = AuthMode.Read(auth)! }, urls));

            Assert.Equal((ErrorCode.InvalidValue, "urls"), (refusal.Code, refusal.Param));
            Assert.Contains("foundry keys create", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("http://127.0.0.1:5272", true)]
    [InlineData("https://127.8.9.1:5272", true)]
    [InlineData("http://[::1]:5272", true)]
    [InlineData("http://LOCALHOST:5272", true)]
    [InlineData("http://*:5272", false)]
    [InlineData("http://+:5272", false)]
    [InlineData("http://[::]:5272", false)]
    [InlineData("http://0:5272", false)]
    [InlineData("https://192.168.1.1", false)]
    [InlineData("http://localhost.example:80", false)]
    public void Only_addresses_of_this_machine_are(string address, bool isOnThisMachine) => Assert.Equal(isOnThisMachine, CallerDemand.IsOnThisMachine(address));

    [Fact]
    public async Task With_a_key_made_it_listens_everywhere_and_demands_it()
    {
        await using var service = new GuardedService();
        string key = await service.MakeKeyAsync("first");
        await service.StartAsync(urls: "http://0.0.0.0:0");
        string url = service.Url.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal);

        using HttpResponseMessage refused = await service.Client.GetAsync($"{url}/v1/models");
        service.Client.DefaultRequestHeaders.Add("api-key", key);
        using HttpResponseMessage answered = await service.Client.GetAsync($"{url}/v1/models");

        Assert.Equal((401, 200), ((int)refused.StatusCode, (int)answered.StatusCode));
    }

    private static async Task<int> StatusAsync(GuardedService service, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{service.Url}/v1/models");
        foreach ((string name, string value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        using HttpResponseMessage response = await service.Client.SendAsync(request);
        return (int)response.StatusCode;
    }
}

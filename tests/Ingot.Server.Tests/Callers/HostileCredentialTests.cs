using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Ingot.Server.Tests.Callers;

/// <summary>Hundreds of credentials that are wrong: each is refused, in the API's own form, and none of them is in the log.</summary>
public sealed class HostileCredentialTests
{
    [Fact]
    public async Task None_lets_anybody_in_and_none_is_logged()
    {
        await using IdentityProvider provider = await IdentityProvider.StartAsync();
        await using var service = new GuardedService();
        (string valid, string revoked) = (await service.MakeKeyAsync("valid"), await service.MakeKeyAsync("revoked"));
        await service.StartAsync(new() { TokenIssuer = provider.Issuer });
        await service.Keys.RevokeAsync("revoked", CancellationToken.None);
        Assert.Equal((200, 200), (await StatusAsync(service, valid), await StatusAsync(service, provider.Sign(provider.Claims(service.Time)))));
        HostileCredential[] all = [.. new HostileCredentials(provider, service.Time, valid, revoked).All()];
        Assert.True(all.Length >= 250, $"There are {all.Length}.");

        var wrong = new List<string>();
        foreach (HostileCredential credential in all)
        {
            (int status, string body) = await SendAsync(service, credential);
            if (!IsRefusal(status, body, credential))
                wrong.Add($"{credential.Name}: {status} {body} {credential.Headers[..Math.Min(credential.Headers.Length, 120)]}");
            if (service.Log.Lines.FirstOrDefault(line => credential.Secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal))) is { } told)
                wrong.Add($"{credential.Name} is in the log: {told[..Math.Min(told.Length, 300)]}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.DoesNotContain(service.Log.Lines, line => line.Contains("Error", StringComparison.Ordinal) && line.Contains("Unexpected failure", StringComparison.Ordinal));
        Assert.Equal((200, 200), (await StatusAsync(service, valid), await StatusAsync(service, provider.Sign(provider.Claims(service.Time)))));
    }

    private static bool IsRefusal(int status, string body, HostileCredential credential)
    {
        // What is no HTTP has no body that anybody could have written in the API's form.
        if (credential.IsNoHttp && body.Length == 0)
            return status is 400 or 431;
        // An address that carries one may be refused for that alone.
        string code = status == 400 && credential.Path.Contains('?', StringComparison.Ordinal) ? "invalid_value" : "invalid_api_key";
        if (status != 401 && code != "invalid_value")
            return false;
        JsonElement error = JsonDocument.Parse(body).RootElement.GetProperty("error");
        return error.GetProperty("code").GetString() == code && error.GetProperty("type").GetString() == "invalid_request_error"
            && error.GetProperty("message").GetString() is { Length: > 0 } message && !credential.Secrets.Any(secret => message.Contains(secret, StringComparison.Ordinal));
    }

    private static async Task<int> StatusAsync(GuardedService service, string credential)
    {
        using HttpResponseMessage response = await service.SendAsync(HttpMethod.Get, "/v1/models", credential);
        return (int)response.StatusCode;
    }

    // By hand: a client would mend or refuse most of these headers.
    private static async Task<(int Status, string Body)> SendAsync(GuardedService service, HostileCredential credential)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", new Uri(service.Url).Port);
        await using var stream = new NetworkStream(socket);
        string request = $"GET {credential.Path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{credential.Headers}\r\n";
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        }
        catch (IOException) when (credential.IsNoHttp)
        {
            // The server has heard enough before the end.
        }

        using var reader = new StreamReader(stream, Encoding.UTF8);
        string answer = await ReadAsync(reader);
        string[] parts = answer.Split("\r\n\r\n", 2);
        string[] chunks = parts[^1].Split("\r\n");
        bool isChunked = parts[0].Contains("chunked", StringComparison.OrdinalIgnoreCase);
        return (int.Parse(parts[0].Split(' ')[1], null), isChunked ? string.Concat(chunks.Where((_, index) => index % 2 == 1)) : parts[^1]);
    }

    private static async Task<string> ReadAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        try
        {
            while (await reader.ReadLineAsync() is { } line)
                text.Append(line).Append("\r\n");
        }
        catch (IOException)
        {
            // A server that refuses before it has read all may end the connection hard.
        }

        string all = text.ToString();
        return all.EndsWith("\r\n\r\n", StringComparison.Ordinal) || all.Length == 0 ? all : all[..^2];
    }
}

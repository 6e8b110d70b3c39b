using System.Text;

namespace Ingot.Server.Tests.Edge;

/// <summary>
/// Hundreds of requests that mean no good: each is refused in its class or not heard at all, none is a failure of the service, none
/// hangs, and none gets an answer that was not meant for it.
/// </summary>
public sealed class HostileRequestTests : IAsyncLifetime
{
    private TestService? _service;

    public async ValueTask InitializeAsync() => _service = await TestService.SayingAsync("Yes");

    public ValueTask DisposeAsync() => _service!.DisposeAsync();

    [Fact]
    public Task Names_that_are_not_this_machines() => RefuseAllAsync(HostileRequests.Hosts(), 60);

    [Fact]
    public Task Pages_of_other_sites() => RefuseAllAsync(HostileRequests.Origins(_service!.Url), 60);

    [Fact]
    public Task Paths_that_try_to_be_something_else() => RefuseAllAsync(HostileRequests.Paths(), 70);

    [Fact]
    public Task Methods_that_no_route_has() => RefuseAllAsync(HostileRequests.Methods(), 30);

    [Theory]
    [InlineData("post", "/v1/chat/completions", "POST")]
    [InlineData("Get", "/health", "GET")]
    [InlineData("dELETE", "/no/such/route", "DELETE")]
    public async Task A_method_in_other_letters_is_another_method(string method, string path, string allowed)
    {
        RawAnswer answer = await RawConnection.AskAsync(_service!.Url, Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));

        Assert.Equal([405], answer.Statuses);
        Assert.Contains($"Allow: {allowed}\r\n", answer.Text, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"method_not_allowed\"", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public Task Framings_that_two_servers_may_read_in_two_ways() => RefuseAllAsync(HostileRequests.Framings(), 60);

    [Fact]
    public async Task A_body_that_never_comes_is_not_waited_for()
    {
        string head = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        Task<RawAnswer>[] slow =
        [
            RawConnection.AskAsync(_service!.Url, Encoding.ASCII.GetBytes($"{head}Content-Length: 1000\r\n\r\n{{")),
            RawConnection.AskAsync(_service.Url, Encoding.ASCII.GetBytes($"{head}Transfer-Encoding: chunked\r\n\r\n400\r\n{{")),
        ];

        Assert.All(await Task.WhenAll(slow), answer =>
        {
            Assert.Equal([408], answer.Statuses);
            Assert.Contains("x-request-id", answer.Text, StringComparison.OrdinalIgnoreCase);
        });
    }

    private async Task RefuseAllAsync(IEnumerable<HostileRequest> requests, int least)
    {
        HostileRequest[] all = [.. requests];
        var mistakes = new List<string>();
        foreach (HostileRequest[] some in all.Chunk(8))
        {
            RawAnswer[] answers = await Task.WhenAll(some.Select(request => RawConnection.AskAsync(_service!.Url, request.Bytes)));
            foreach ((HostileRequest request, RawAnswer answer) in some.Zip(answers))
            {
                bool isExpected = !answer.Hangs && (answer.Statuses is [var status] ? request.Statuses.Contains(status) : answer.Statuses.Count + request.Statuses.Length == 0);
                if (!isExpected || answer.Text.Contains("\nX-Evil", StringComparison.Ordinal))
                    mistakes.Add($"{request.Name}: expected {string.Join(" or ", request.Statuses)}, got {(answer.Hangs ? "nothing more, " : "")}{string.Join(", ", answer.Statuses)}: {answer.Text[..Math.Min(200, answer.Text.Length)]}");
            }
        }

        Assert.True(mistakes.Count == 0, string.Join("\n", mistakes));
        Assert.True(all.Length >= least, $"only {all.Length} requests");
        using HttpResponseMessage after = await _service!.PostChatAsync(TestService.Chat());
        Assert.True(after.IsSuccessStatusCode);
    }
}

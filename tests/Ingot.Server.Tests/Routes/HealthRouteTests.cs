using System.Text.Json;
using Ingot.Errors;
using Ingot.Server.Endpoints;
using Microsoft.Extensions.Hosting;

namespace Ingot.Server.Tests.Routes;

public sealed class HealthRouteTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Theory]
    [InlineData("/health", "ok")]
    [InlineData("/ready", "ready")]
    public async Task A_running_service_lives_and_is_ready(string path, string status)
    {
        JsonElement answer = await server.GetJsonAsync(path);

        Assert.Equal($$"""{"status":"{{status}}"}""", answer.GetRawText());
    }

    [Theory]
    [InlineData(false, false, "starting")]
    [InlineData(true, true, "stopping")]
    public void A_service_that_starts_or_stops_is_not_ready(bool started, bool stopping, string word)
    {
        var lifetime = new Lifetime(started, stopping);

        var refusal = Assert.Throws<IngotException>(() => HealthEndpoints.RefuseUnlessRunning(lifetime));

        Assert.Equal(ErrorCode.NotReady, refusal.Code);
        Assert.Contains(word, refusal.Message, StringComparison.Ordinal);
    }

    private sealed class Lifetime(bool started, bool stopping) : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => new(started);

        public CancellationToken ApplicationStopping => new(stopping);

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}

using System.Globalization;
using System.Text.RegularExpressions;
using Ingot.Models.Catalog;
using Ingot.Server.Metrics;
using Ingot.Service;
using Ingot.Service.Hosting;

namespace Ingot.Server.Tests.Metrics;

public sealed partial class MetricsTests
{
    [Fact]
    public async Task Every_line_is_of_the_form_that_is_promised_and_every_family_is_declared_before_its_numbers()
    {
        await using TestService service = await TestService.SayingAsync("Hello.");
        using HttpResponseMessage answered = await service.PostChatAsync(TestService.Chat());
        using HttpResponseMessage response = await service.Client.GetAsync($"{service.Url}/metrics");
        string text = await response.Content.ReadAsStringAsync();

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        string? family = null;
        foreach (string line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
                family = line.Split(' ')[2];
            else if (!line.StartsWith("# HELP ", StringComparison.Ordinal))
                Assert.Equal(family, SampleLine().Match(line).Groups["name"].Value);
        }
    }

    [Fact]
    public async Task Requests_and_tokens_are_counted()
    {
        await using TestService service = await TestService.SayingAsync("Hello.", new IngotOptions { MaxDraftTokens = 0 });
        double before = await NumberAsync(service, "ingot_requests_total");
        using HttpResponseMessage answered = await service.PostChatAsync(TestService.Chat());

        Assert.Equal(before + 1, await NumberAsync(service, "ingot_requests_total"));
        Assert.Equal(0, await NumberAsync(service, "ingot_requests_active"));
        Assert.Equal(0, await NumberAsync(service, "ingot_queue_depth"));
        Assert.Equal(1, await NumberAsync(service, "ingot_models_loaded"));
        Assert.Equal("Hello.".Length, await NumberAsync(service, "ingot_model_generated_tokens_total"));
        Assert.True(await NumberAsync(service, "ingot_model_prompt_tokens_total") > 0);
    }

    [Fact]
    public async Task A_request_that_finds_no_place_is_counted_as_refused()
    {
        await using TestService service = await TestService.SayingAsync("Hello.", new IngotOptions { MaxConcurrentRequests = 1 });
        var load = new TaskCompletionSource();
        service.LoadsWaitFor = load.Task;
        Task<HttpResponseMessage> first = service.PostChatAsync(TestService.Chat());
        while (await NumberAsync(service, "ingot_requests_active") == 0)
            await Task.Yield();
        using HttpResponseMessage second = await service.PostChatAsync(TestService.Chat());

        Assert.Equal(429, (int)second.StatusCode);
        Assert.Equal(1, await NumberAsync(service, "ingot_requests_refused_total"));
        Assert.Equal(1, await NumberAsync(service, "ingot_requests_total"));
        load.SetResult();
        using HttpResponseMessage answered = await first;
        Assert.Equal(200, (int)answered.StatusCode);
    }

    [Fact]
    public void A_models_id_cannot_break_out_of_its_place()
    {
        var entry = new ModelEntry { Name = "a\"} 1\nx", Version = 1, Alias = "a", Uri = "local://a" };
        string text = MetricsEndpoints.Describe([new LoadedModelState { Entry = entry, State = ModelState.Loading, ExecutionProvider = "cpu" }], default);

        Assert.Contains("""ingot_model_memory_bytes{model="a\"} 1\nx:1"} 0""", text, StringComparison.Ordinal);
    }

    private static async Task<double> NumberAsync(TestService service, string name)
    {
        string text = await service.Client.GetStringAsync($"{service.Url}/metrics");
        string line = text.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal) || line.StartsWith(name + "{", StringComparison.Ordinal));
        return double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("""^(?<name>[a-z_]+)(\{model="([^"\\\n]|\\["\\n])*"\})? [0-9][0-9.E+]*$""")]
    private static partial Regex SampleLine();
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ingot.Models.Tests.Hub;
using Ingot.Server.Foundry;
using Ingot.Service;
using Ingot.Testing;
using Microsoft.AspNetCore.Http;

namespace Ingot.Server.Tests.Foundry;

/// <summary>Downloads over HTTP, from a hub on this machine.</summary>
public sealed partial class FoundryDownloadTests : IAsyncLifetime
{
    private const string Repository = """{"model": {"Uri": "hf:acme/tiny"}}""";

    private TestHub _hub = null!;
    private TestService _service = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = (await TestHub.StartAsync()).AddModel();
        _service = await TestService.SayingAsync("Yes", new IngotOptions
        {
            HubEndpoint = _hub.Address.AbsoluteUri,
            CatalogUrls = [new Uri(_hub.Address, "catalog.json").AbsoluteUri],
            MaxConcurrentRequests = 1,
        });
        _hub.Intercept = AnswerCatalogAsync;
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _hub.DisposeAsync();
    }

    [Theory]
    [InlineData(Repository)]
    [InlineData("""{"model": {"Name": "hf:acme/tiny", "ProviderType": "HuggingFaceLocal"}, "token": null, "IgnorePipeReport": true}""")]
    [InlineData("""{"MODEL": {"uri": "acme/tiny", "NAME": "my name for it", "providertype": "huggingface", "path": ""}, "TOKEN": "", "bufferSize": 512, "progressToken": {"a": 1}}""")]
    [InlineData("""{"model": {"Uri": "https://huggingface.co/acme/tiny/tree/main", "Name": "x", "Publisher": "", "PromptTemplate": {"prompt": "{Content}", "assistant": null}}}""")]
    [InlineData("""{"model": {"Name": "PLAIN", "ProviderType": "PlainLocal", "Uri": "", "promptTemplate": null}}""")]
    [InlineData("""{"model": {"Name": "plain:2"}, "customDirPath": null}""")]
    public async Task Progress_is_told_in_lines_and_the_outcome_last(string body)
    {
        using HttpResponseMessage response = await PostAsync(body);
        string text = await ReadToEndAsync(response);

        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        string[] lines = text.Split('\n');
        Assert.Equal("""{"success":true,"errorMessage":null,"Success":true,"ErrorMessage":null}""", lines[^2]);
        Assert.Equal("", lines[^1]);
        Match[] progress = [.. lines[..^2].Select(line => ProgressLine().Match(line))];
        Assert.All(progress, line => Assert.True(line.Success, text));
        double[] percents = [.. progress.Select(line => double.Parse(line.Groups[3].Value, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(percents.Order(), percents);
        Assert.Equal("(\"\", 1) 100.00%", lines[^3]);
        string[] here = JsonSerializer.Deserialize<string[]>(await _service.Client.GetStringAsync(_service.Url + "/openai/models"))!;
        Assert.Contains(here, id => id is "acme--tiny:0" or "plain:2");
    }

    [Fact]
    public async Task What_the_list_says_can_be_sent_back_as_it_is()
    {
        JsonElement[] list = [.. JsonDocument.Parse(await _service.Client.GetStringAsync(_service.Url + "/foundry/list")).RootElement.EnumerateArray()];
        JsonElement listed = list.Single(model => model.GetProperty("name").GetString() == "plain:2");
        string body = JsonSerializer.Serialize(new
        {
            model = new
            {
                Name = listed.GetProperty("name"),
                Uri = listed.GetProperty("uri"),
                ProviderType = listed.GetProperty("providerType").GetString() + "Local",
                PromptTemplate = listed.GetProperty("promptTemplate"),
                Publisher = listed.GetProperty("publisher"),
            },
            token = "",
            IgnorePipeReport = true,
        });

        using HttpResponseMessage first = await PostAsync(body);
        Assert.EndsWith("\"ErrorMessage\":null}\n", await ReadToEndAsync(first), StringComparison.Ordinal);
        using HttpResponseMessage second = await PostAsync(body);

        Assert.Equal(
            "(\"\", 1) 100.00%\n{\"success\":true,\"errorMessage\":null,\"Success\":true,\"ErrorMessage\":null}\n", await ReadToEndAsync(second));
    }

    [Fact]
    public async Task A_token_is_shown_to_the_hub_and_to_nobody_else()
    {
        using HttpResponseMessage response = await PostAsync("""{"model": {"Uri": "hf:acme/tiny"}, "token": "hf_secret"}""");
        string text = await ReadToEndAsync(response);

        Assert.Contains("\"success\":true", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_secret", text, StringComparison.Ordinal);
        Assert.All(_hub.FileRequests, request => Assert.Equal("Bearer hf_secret", request.Authorization));
        Assert.All(_hub.Requests.Where(request => request.Path == "/catalog.json"), request => Assert.Equal("", request.Authorization));
    }

    [Theory]
    [InlineData("""{}""", 400, "missing_required_parameter", "model")]
    [InlineData("""{"model": null}""", 400, "missing_required_parameter", "model")]
    [InlineData("""{"model": {}}""", 400, "missing_required_parameter", "model.Name")]
    [InlineData("""{"model": "tiny"}""", 400, "invalid_value", "model")]
    [InlineData("""{"model": {"Name": 5}}""", 400, "invalid_value", "model.Name")]
    [InlineData("""{"model": {"name": 5}}""", 400, "invalid_value", "model.name")]
    [InlineData("""{"model": {"Name": "tiny", "Colour": "red"}}""", 400, "unknown_parameter", "model.Colour")]
    [InlineData("""{"name": "tiny"}""", 400, "unknown_parameter", "name")]
    [InlineData("""{"model": {"Name": "tiny"}, "bufferSize": 0}""", 400, "invalid_value", "bufferSize")]
    [InlineData("""{"model": {"Name": "tiny"}, "token": "two words"}""", 400, "invalid_value", "token")]
    [InlineData("""{"model": {"Name": "tiny"}, "customDirPath": "/etc"}""", 400, "unsupported_value", "customDirPath")]
    [InlineData("""{"model": {"Name": "a\u0007b"}}""", 400, "invalid_value", "model.Name")]
    [InlineData("""{"model": {"Uri": "hf:acme"}}""", 400, "invalid_value", "model")]
    [InlineData("""{"model": {"Uri": "hf:acme/tiny:a", "Path": "b"}}""", 400, "invalid_value", "model.Path")]
    [InlineData("""{"model": {"Uri": "hf:acme/tiny", "Path": "../../etc"}}""", 400, "invalid_value", "model")]
    [InlineData("""{"model": {"Name": "plainn"}}""", 404, "model_not_found", "model")]
    [InlineData("""{"model": {"Name": "../../etc/passwd"}}""", 404, "model_not_found", "model")]
    [InlineData("""{"model": {"Uri": "http://169.254.169.254/latest"}}""", 404, "model_not_found", "model")]
    [InlineData("""{"model": {"Uri": "hf:acme/nowhere"}}""", 404, "model_not_found", "model")]
    [InlineData("""{"model": {"Name": "elsewhere"}}""", 400, "unsupported_value", "model")]
    [InlineData("""{"model": {"Name": "tiny"}, "Model": {"Name": "plain"}}""", 400, "invalid_value", "Model")]
    public async Task What_cannot_begin_is_refused_with_its_own_status(string body, int status, string code, string? param)
    {
        using HttpResponseMessage response = await PostAsync(body);
        string text = await response.Content.ReadAsStringAsync();

        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode}: {text}");
        JsonElement error = JsonDocument.Parse(text).RootElement.GetProperty("error");
        Assert.Equal((code, param), (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
    }

    [Fact]
    public async Task A_misspelt_name_is_answered_with_near_ones()
    {
        using HttpResponseMessage response = await PostAsync("""{"model": {"Name": "plainn"}}""");

        Assert.Contains("did you mean plain", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gated_repository_is_refused_before_the_first_line()
    {
        _hub.Intercept = (context, _) => TestHub.RefuseAsync(context, StatusCodes.Status403Forbidden, "GatedRepo").ContinueWith(_ => true, TaskScheduler.Default);

        using HttpResponseMessage response = await PostAsync(Repository);

        Assert.Equal(502, (int)response.StatusCode);
        Assert.Contains("HF_TOKEN", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_after_the_first_line_is_told_in_the_outcome()
    {
        _hub.Falsify = (file, content) => file == "model.onnx.data" ? TestHub.Bytes(content.Length, 99) : content;

        using HttpResponseMessage response = await PostAsync(Repository);
        string[] lines = (await ReadToEndAsync(response)).TrimEnd('\n').Split('\n');

        Assert.Equal(200, (int)response.StatusCode);
        Assert.StartsWith("(\"", lines[0], StringComparison.Ordinal);
        JsonElement outcome = JsonDocument.Parse(lines[^1]).RootElement;
        Assert.False(outcome.GetProperty("success").GetBoolean());
        Assert.False(outcome.GetProperty("Success").GetBoolean());
        Assert.Contains("model.onnx.data", outcome.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.Equal(outcome.GetProperty("errorMessage").GetString(), outcome.GetProperty("ErrorMessage").GetString());
    }

    [Fact]
    public async Task A_client_that_leaves_stops_the_download_and_the_next_one_goes_on()
    {
        Task<HttpResponseMessage> answer = HoldAfter(200_000, out TaskCompletionSource held, out TaskCompletionSource left);
        await held.Task;
        using HttpResponseMessage response = await answer;
        response.Dispose();
        await left.Task.WaitAsync(Waits.Longest);
        _hub.OnChunk = null;
        _hub.Intercept = AnswerCatalogAsync;

        using HttpResponseMessage again = await PostAsync(Repository);

        Assert.Contains("\"success\":true", await ReadToEndAsync(again), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_takes_no_place_from_answers_and_ends_with_the_service()
    {
        using HttpResponseMessage response = await HoldAfter(200_000, out TaskCompletionSource held, out _);
        await held.Task;

        using HttpResponseMessage chat = await _service.PostChatAsync(TestService.Chat());
        Task stopped = _service.StopAsync();
        string text = await ReadToEndAsync(response);
        await stopped;

        Assert.Equal(200, (int)chat.StatusCode);
        string last = text.TrimEnd('\n').Split('\n')[^1];
        Assert.Contains("stopped", JsonDocument.Parse(last).RootElement.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_nothing_comes_for_long_the_last_line_is_said_again()
    {
        using HttpResponseMessage response = await HoldAfter(200_000, out TaskCompletionSource held, out _);
        await held.Task;
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Matches(ProgressLine(), await lines.ReadLineAsync());
        for (int silences = 0; silences < 2; silences++)
        {
            await _service.Time.TimerAsync(TimeSpan.FromSeconds(15));
            _service.Time.Advance(TimeSpan.FromSeconds(15));
            Assert.Matches(ProgressLine(), await lines.ReadLineAsync());
        }

        Task stopped = _service.StopAsync();
        await _service.Time.TimerAsync(DownloadResult.Breath);
        _service.Time.Advance(DownloadResult.Breath);
        await stopped;
    }

    /// <summary>Begins a download that stands still once so many bytes were sent; <paramref name="left"/> is done when the hub's client has gone.</summary>
    private Task<HttpResponseMessage> HoldAfter(int bytes, out TaskCompletionSource held, out TaskCompletionSource left)
    {
        TaskCompletionSource stands = held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource gone = left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _hub.AddModel(4_000_000);
        _hub.Intercept = async (context, request) =>
        {
            context.RequestAborted.Register(() => gone.TrySetResult());
            return await AnswerCatalogAsync(context, request);
        };
        long sent = 0;
        _hub.OnChunk = async length =>
        {
            if (Interlocked.Add(ref sent, length) > bytes)
            {
                stands.TrySetResult();
                await gone.Task;
            }

            return true;
        };
        return PostAsync(Repository);
    }

    private async Task<bool> AnswerCatalogAsync(HttpContext context, HubRequest request)
    {
        if (request.Path != "/catalog.json")
            return false;
        var files = _hub.Files.Select(file => new { path = file.Key, size = file.Value.Length, sha256 = Convert.ToHexString(SHA256.HashData(file.Value)) });
        await context.Response.WriteAsync(JsonSerializer.Serialize(new object[]
        {
            new { name = "plain", version = 2, publisher = "Acme", providerType = "Plain", uri = new Uri(_hub.Address, "storage").AbsoluteUri, files },
            new { name = "elsewhere", version = 1, uri = "gopher://elsewhere" },
        }));
        return true;
    }

    /// <summary>Reads an answer that has begun, and lets the breath before its outcome pass.</summary>
    private async Task<string> ReadToEndAsync(HttpResponseMessage response)
    {
        Assert.Equal(200, (int)response.StatusCode);
        Task<string> text = response.Content.ReadAsStringAsync();
        await _service.Time.TimerAsync(DownloadResult.Breath);
        _service.Time.Advance(DownloadResult.Breath);
        return await text;
    }

    private async Task<HttpResponseMessage> PostAsync(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _service.Url + "/openai/download") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return await _service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    [GeneratedRegex("""^\("([^"]*)", (\d(?:\.\d+)?)\) (\d+\.\d\d)%$""")]
    private static partial Regex ProgressLine();
}

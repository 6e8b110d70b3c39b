using System.Text.Json;
using Ingot.Errors;
using Ingot.Models.Azure;
using Ingot.Models.Catalog;
using Ingot.Models.Download;
using Ingot.Testing;
using Microsoft.AspNetCore.Http;

namespace Ingot.Models.Tests.Azure;

/// <summary>The list of Foundry Local's own models on Azure.</summary>
public sealed class AzureCatalogTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private TestAzure _azure = null!;

    public async ValueTask InitializeAsync() => _azure = await TestAzure.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _azure.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_page_is_read_and_every_field_taken_over(bool hasTokens)
    {
        _azure.HasTokens = hasTokens;
        _azure.Models.Add(TestAzure.Model("Tiny-generic-cpu", "3", tags: new
        {
            alias = "tiny",
            promptTemplate = """{"prompt":"<|user|>{Content}<|end|>"}""",
            task = "chat-completion",
            license = "MIT",
            licenseDescription = "Free.",
            supportsToolCalling = "True",
            toolCallStart = "<tool_call>",
            toolCallEnd = "</tool_call>",
            supportsReasoning = "false",
            maxOutputTokens = "512",
        }));
        _azure.Models.AddRange(Enumerable.Range(1, 4).Select(number => TestAzure.Model($"Other{number}-cuda-gpu", "1", "gpu", "CUDAExecutionProvider", tags: new { })));
        using var source = Source();

        var entries = await source.ListAsync(default);

        Assert.Equal(5, entries.Count);
        Assert.Equal(3, _azure.FrontRequests.Count(request => request.Body.Contains("indexEntitiesRequest", StringComparison.Ordinal)));
        var first = entries[0];
        Assert.Equal(
            new ModelEntry
            {
                Name = "Tiny-generic-cpu",
                Version = 3,
                Alias = "tiny",
                DisplayName = "Tiny-generic-cpu shown",
                ProviderType = "AzureFoundry",
                Uri = TestAzure.Asset,
                PromptTemplate = new PromptTexts(null, null, null, "<|user|>{Content}<|end|>"),
                Publisher = "Acme",
                License = "MIT",
                LicenseDescription = "Free.",
                FileSizeMb = 4769,
                SupportsToolCalling = true,
                ToolCallStart = "<tool_call>",
                ToolCallEnd = "</tool_call>",
                SupportsReasoning = false,
                MaxOutputTokens = 512,
                MinFoundryLocalVersion = "1.0.0",
                CreatedAtUnix = 1_748_736_000,
                ParentModelUri = "azureml://registries/azureml/models/parent/versions/1",
                Parameters = first.Parameters,
                Files = first.Files,
            },
            first);
        Assert.Equal(("Other1", ModelDevice.GPU, false, 2048L), (entries[1].Alias, entries[1].DeviceType, entries[1].IsRunnable, entries[1].MaxOutputTokens));
    }

    [Fact]
    public async Task The_question_is_the_one_the_catalog_answers_to()
    {
        using var source = Source();

        await source.ListAsync(default);

        var request = _azure.FrontRequests.Single(request => request.Body.Contains("indexEntitiesRequest", StringComparison.Ordinal));
        Assert.Equal("/api/westeurope/ux/v1.0/entities/crossRegion", request.Target);
        using var body = JsonDocument.Parse(request.Body);
        Assert.Equal("azureml", body.RootElement.GetProperty("resourceIds")[0].GetProperty("resourceId").GetString());
        Assert.Equal(
            ["type=models", "kind=Versioned", "labels=latest", "annotations/tags/foundryLocal="],
            body.RootElement.GetProperty("indexEntitiesRequest").GetProperty("filters").EnumerateArray()
                .Select(filter => $"{filter.GetProperty("field")}={filter.GetProperty("values")[0]}"));
    }

    [Fact]
    public async Task A_region_that_is_busy_is_passed_over_for_another()
    {
        _azure.Models.Add(TestAzure.Model("Tiny-generic-cpu", "3"));
        _azure.Intercept = context =>
        {
            var isBusy = context.Request.Path.Value!.Contains("/westeurope/", StringComparison.Ordinal);
            if (isBusy)
                context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Task.FromResult(isBusy);
        };
        using var source = Source();

        Assert.Single(await source.ListAsync(default));
        Assert.Null(source.Trouble);
    }

    [Fact]
    public async Task A_region_that_is_set_is_asked_without_looking_for_the_nearest()
    {
        using var source = Source(options => options with { Azure = options.Azure with { Region = "uksouth" } });

        await source.ListAsync(default);

        Assert.Equal("/api/uksouth/ux/v1.0/entities/crossRegion", Assert.Single(_azure.FrontRequests).Target);
    }

    [Fact]
    public async Task The_copy_is_used_while_the_catalog_is_down_and_the_trouble_names_it()
    {
        _azure.Models.Add(TestAzure.Model("Tiny-generic-cpu", "3"));
        using (var source = Source())
            await source.ListAsync(default);
        Copies.Age(_folder["copies"]);
        _azure.Intercept = context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.FromResult(true);
        };

        using var again = Source();
        Assert.Equal("Tiny-generic-cpu:3", Assert.Single(await again.ListAsync(default)).Id);
        while (again.Trouble is null)
            await Task.Yield();

        Assert.Contains("503", again.Trouble, StringComparison.Ordinal);
        Assert.Contains(_azure.Front.Authority, again.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_cannot_be_read_is_left_out_and_told_of()
    {
        _azure.Models.Add(TestAzure.Model("Tiny-generic-cpu", "3"));
        _azure.Models.Add(TestAzure.Model("Bad:name", "1"));
        _azure.Models.Add(TestAzure.Model("Elsewhere", "1", asset: "https://example.org/x"));
        using var source = Source();

        Assert.Equal("Tiny-generic-cpu:3", Assert.Single(await source.ListAsync(default)).Id);
        Assert.Contains("2 of 3 models", source.Trouble, StringComparison.Ordinal);
        Assert.Contains("has a colon", source.Trouble, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>", "not JSON")]
    [InlineData("{}", "a form not known here")]
    [InlineData("""{"indexEntitiesResponse":{"value":7}}""", "a form not known here")]
    [InlineData("""{"indexEntitiesResponse":{"value":[{}]}}""", "'properties.name'")]
    [InlineData("""{"indexEntitiesResponse":{"value":[{}],"nextSkip":1}}""", "repeats a page")]
    public async Task A_wrong_answer_is_named_with_its_address(string answer, string reason)
    {
        _azure.Intercept = async context =>
        {
            await context.Response.WriteAsync(answer);
            return true;
        };
        using var source = Source();

        var refusal = await Assert.ThrowsAsync<IngotException>(() => source.ListAsync(default));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(_azure.Front.Authority, refusal.Message, StringComparison.Ordinal);
    }

    private AzureCatalogSource Source(Func<DownloadOptions, DownloadOptions>? change = null)
    {
        var options = new DownloadOptions { Azure = _azure.Options(), RetryDelay = TimeSpan.FromMilliseconds(1), MaxRetries = 1, StallTime = Waits.Longest, Time = _time };
        return new AzureCatalogSource(_folder["copies"], change?.Invoke(options) ?? options);
    }
}

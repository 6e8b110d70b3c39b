using System.Diagnostics;
using Ingot.Models.Tests.Azure;
using Ingot.Testing;
using Microsoft.AspNetCore.Http;

namespace Ingot.Cli.Tests;

/// <summary>Sources of models as a user meets them: behind a proxy, silent, or with a checkpoint that is still to be compiled.</summary>
public sealed class SourceCommandTests : HubCommands
{
    [Fact]
    public async Task The_proxy_of_the_environment_is_asked_for_a_hub_that_only_it_knows()
    {
        Hub.AddModel();
        Foundry.Variables["HF_ENDPOINT"] = "http://hub.invalid";
        Foundry.Variables["HTTP_PROXY"] = Hub.Address.AbsoluteUri;

        ProgramRun run = await Foundry.RunAsync("model", "download", Model);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(Hub.Files["model.onnx.data"], await File.ReadAllBytesAsync(Path.Combine(Folder, "model.onnx.data")));
    }

    [Fact]
    public async Task A_proxy_that_is_not_there_is_part_of_the_reason()
    {
        Foundry.Variables["HF_ENDPOINT"] = "http://hub.invalid";
        Foundry.Variables["HTTP_PROXY"] = "http://127.0.0.1:1";

        ProgramRun run = await Foundry.RunAsync("model", "download", Model);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("http://hub.invalid", run.Error, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_catalogs_newest_list_is_shown_when_that_is_asked_for()
    {
        string name = "first";
        Hub.Intercept = async (context, _) =>
        {
            await context.Response.WriteAsync($$"""[{"name":"{{name}}","uri":"azureml://m"}]""");
            return true;
        };
        Foundry.Variables["INGOT_CATALOG_URLS"] = new Uri(Hub.Address, "catalog.json").AbsoluteUri;
        Assert.Contains("first", (await Foundry.RunAsync("model", "list")).Output, StringComparison.Ordinal);
        name = "second";
        Assert.DoesNotContain("second", (await Foundry.RunAsync("model", "list")).Output, StringComparison.Ordinal);

        Assert.Contains("second", (await Foundry.RunAsync("model", "list", "--refresh")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_catalog_that_hangs_delays_a_command_a_moment_and_is_told_of_once()
    {
        Hub.Intercept = async (context, _) =>
        {
            var gone = new TaskCompletionSource();
            await using CancellationTokenRegistration registration = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
            return true;
        };
        Foundry.Variables["INGOT_CATALOG_URLS"] = new Uri(Hub.Address, "catalog.json").AbsoluteUri;
        var watch = Stopwatch.StartNew();

        ProgramRun run = await Foundry.RunAsync("model", "list");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains(ShippedModel.Name, run.Output, StringComparison.Ordinal);
        Assert.Contains("catalog.json", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(25));
    }

    [Fact]
    public async Task A_model_of_the_catalog_on_Azure_is_listed_and_fetched_and_its_signature_seen_nowhere()
    {
        await using TestAzure azure = (await TestAzure.StartAsync()).AddBlobs();
        azure.Models.Add(TestAzure.Model("Tiny-generic-cpu", "3", tags: new { alias = "tiny-on-azure" }));
        Foundry.Variables["INGOT_AZURE_CATALOG"] = "true";
        Foundry.Variables["INGOT_AZURE_CATALOG_ENDPOINT"] = azure.Front.AbsoluteUri;
        Foundry.Variables["INGOT_AZURE_REGISTRY_ENDPOINT"] = azure.Front.AbsoluteUri + "{region}";

        ProgramRun list = await Foundry.RunAsync("model", "list");
        ProgramRun download = await Foundry.RunAsync("model", "download", "tiny-on-azure");

        Assert.Contains("tiny-on-azure", list.Output, StringComparison.Ordinal);
        Assert.True(download.ExitCode == 0, download.Error);
        Assert.EndsWith(Path.Combine("Acme", "Tiny-generic-cpu-3"), download.Output.Trim(), StringComparison.Ordinal);
        Assert.Equal(azure.Blobs["v3/model.onnx.data"], await File.ReadAllBytesAsync(Path.Combine(download.Output.Trim(), "model.onnx.data")));
        IEnumerable<string> files = Directory.EnumerateFiles(Foundry.Home, "*", SearchOption.AllDirectories).Select(File.ReadAllText);
        Assert.All([list.Output, list.Error, download.Output, download.Error, .. files], text => Assert.DoesNotContain(TestAzure.Secret, text, StringComparison.Ordinal));
        Assert.Single(azure.FrontRequests, request => request.Agent == "AzureAiStudio");
    }

    [Fact]
    public async Task A_checkpoint_becomes_a_model_on_arrival_and_chats()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.EnumerateFiles(TinyCheckpoint.Write(folder)))
            Hub.Files[Path.GetFileName(file)] = await File.ReadAllBytesAsync(file);

        ProgramRun download = await Foundry.RunAsync("model", "download", Model);
        Assert.True(download.ExitCode == 0, download.Error);
        Assert.Equal(Folder, download.Output.Trim());
        Assert.Contains("100 %", download.Error, StringComparison.Ordinal);
        string[] files = [.. Directory.EnumerateFiles(Folder).Select(path => Path.GetFileName(path)!)];
        Assert.Contains("genai_config.json", files);
        Assert.Contains("tokenizer.json", files);
        Assert.Contains(files, file => file.EndsWith(".onnx", StringComparison.Ordinal));
        Assert.DoesNotContain(files, file => file.EndsWith(".safetensors", StringComparison.Ordinal));
        Assert.Equal(0, (await Foundry.RunAsync("cache", "verify", "tiny")).ExitCode);

        ProgramRun chat = await Foundry.RunAsync("model", "run", Model, "Hi there", "--max-tokens", "1", "--temperature", "0");
        Assert.True(chat.ExitCode == 0, chat.Error);
        Assert.NotEqual("", chat.Output.Trim());
    }
}

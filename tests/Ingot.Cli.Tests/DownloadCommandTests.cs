using Ingot.Testing;

namespace Ingot.Cli.Tests;

/// <summary><c>foundry model download</c> and what follows it, against a hub on this machine.</summary>
public sealed class DownloadCommandTests : HubCommands
{
    private const int DataBytes = 24 << 20;

    [Fact]
    public async Task A_model_is_downloaded_used_checked_and_removed()
    {
        foreach (string file in Directory.EnumerateFiles(ShippedModel.Folder))
            Hub.Files[Path.GetFileName(file)] = await File.ReadAllBytesAsync(file);

        ProgramRun run = await Foundry.RunAsync("model", "run", Model, ShippedModel.Question, "--temperature", "0");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains(ShippedModel.AnswerWord, run.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("100 %", run.Error, StringComparison.Ordinal);

        ProgramRun again = await Foundry.RunAsync("model", "download", Model);
        Assert.Equal((0, Folder, ""), (again.ExitCode, again.Output.Trim(), again.Error));
        Assert.Contains("acme--tiny:0", (await Foundry.RunAsync("cache", "list")).Output, StringComparison.Ordinal);

        Assert.Contains("acme--tiny:0: sound", (await Foundry.RunAsync("cache", "verify")).Output, StringComparison.Ordinal);
        await File.AppendAllTextAsync(Path.Combine(Folder, "tokenizer.json"), " ");
        ProgramRun damaged = await Foundry.RunAsync("cache", "verify", "tiny");
        Assert.Equal(1, damaged.ExitCode);
        Assert.Contains("tokenizer.json has", damaged.Output, StringComparison.Ordinal);

        Assert.Equal(0, (await Foundry.RunAsync("model", "remove", Model)).ExitCode);
        Assert.False(Directory.Exists(Folder));
        Assert.Equal(1, (await Foundry.RunAsync("cache", "remove", Model)).ExitCode);
    }

    [Fact]
    public async Task Offline_the_model_here_runs_and_no_other_is_asked_for()
    {
        ProgramRun refused = await Foundry.RunAsync("--offline", "model", "download", Model);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("offline", refused.Error, StringComparison.Ordinal);

        Assert.Equal(0, (await Foundry.RunAsync("model", "run", ShippedModel.Name, "Hello!", "--offline")).ExitCode);
        Assert.Empty(Hub.Requests);
    }

    [Fact]
    public async Task A_hub_that_is_gone_costs_a_sentence()
    {
        Foundry.Variables["HF_ENDPOINT"] = "http://127.0.0.1:9";

        ProgramRun run = await Foundry.RunAsync("model", "download", Model);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("cannot be reached", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_processes_that_want_one_model_share_its_download()
    {
        Hub.AddModel(DataBytes);

        ProgramRun[] runs = await Task.WhenAll(Foundry.RunAsync("model", "download", Model), Foundry.RunAsync("model", "download", Model));

        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Error));
        Assert.All(runs, run => Assert.Equal(Folder, run.Output.Trim()));
        AssertWhole();
        Assert.Equal(TotalBytes(), Hub.SentBytes);
    }

    [Fact]
    public async Task A_folder_is_imported()
    {
        ProgramRun run = await Foundry.RunAsync("cache", "import", ShippedModel.Folder, "--name", "mine:2");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(Path.Combine(Cache, "Local", "mine-2"), run.Output.Trim());
        Assert.Equal(0, (await Foundry.RunAsync("model", "run", "mine", "Hello!")).ExitCode);
    }

    private long TotalBytes() => Hub.Files.Values.Sum(content => content.LongLength);

    private void AssertWhole()
    {
        foreach ((string name, byte[] content) in Hub.Files)
            Assert.True(File.ReadAllBytes(Path.Combine(Folder, name)).AsSpan().SequenceEqual(content), $"{name} differs.");
        Assert.True(File.Exists(Path.Combine(Folder, "inference_model.json")));
    }
}

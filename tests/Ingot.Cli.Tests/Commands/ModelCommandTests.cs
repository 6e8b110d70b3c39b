using System.Text.Json;
using Ingot.Testing;

namespace Ingot.Cli.Tests.Commands;

/// <summary><c>foundry model list|info</c> and <c>foundry cache list|location|import|verify|remove</c>, on the shipped models.</summary>
public sealed class ModelCommandTests : IDisposable
{
    private readonly InProcess _foundry = new();

    public void Dispose() => _foundry.Dispose();

    [Fact]
    public async Task Models_are_listed_as_json_with_every_field()
    {
        JsonElement list = JsonDocument.Parse(await _foundry.OutputOfAsync("model", "list", "-o", "json")).RootElement;

        JsonElement model = list.EnumerateArray().Single(entry => entry.GetProperty("alias").GetString() == ShippedModel.Name);
        Assert.Equal(
            [
                "id", "alias", "displayName", "publisher", "task", "device", "executionProvider", "fileSizeMb", "contextLength", "maxOutputTokens",
                "supportsToolCalling", "supportsReasoning", "license", "uri", "isRunnable", "isCached", "folder", "obstacle", "runner",
            ],
            model.EnumerateObject().Select(property => property.Name));
        Assert.True(model.GetProperty("isCached").GetBoolean());
        Assert.True(list.GetArrayLength() > 2);
    }

    [Fact]
    public async Task A_list_can_be_narrowed()
    {
        string[] lines = Lines(await _foundry.OutputOfAsync("model", "list", "--cached", "--filter", "TINY-CHAT"));

        Assert.Equal(2, lines.Length);
        Assert.StartsWith("Alias ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{ShippedModel.Name} ", lines[1], StringComparison.Ordinal);
        Assert.EndsWith($"{ShippedModel.Name}:1", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("device=cpu", true)]
    [InlineData("device=!CPU", false)]
    [InlineData("provider=cpu", true)]
    [InlineData("provider=CPUExecutionProvider", true)]
    [InlineData("provider=cuda", false)]
    [InlineData("task=chat-completion", true)]
    [InlineData("task=embeddings", false)]
    [InlineData("alias=INGOT-tiny-*", true)]
    [InlineData("alias=!ingot-*", false)]
    [InlineData("alias=ingot", false)]
    public async Task A_filter_names_what_must_hold(string filter, bool isShown) =>
        Assert.Equal(isShown, (await _foundry.OutputOfAsync("model", "list", "--filter", filter)).Contains($"{ShippedModel.Name}:1", StringComparison.Ordinal));

    [Fact]
    public async Task All_filters_hold_together() => Assert.Equal(
        2, Lines(await _foundry.OutputOfAsync("model", "list", "--filter", "alias=ingot-*", "--filter", "task=embeddings")).Length);

    [Theory]
    [InlineData("size=3", "only alias, device, provider, task")]
    [InlineData("device=TPU", "only CPU, GPU, NPU")]
    [InlineData("task=", "has no value")]
    public async Task A_filter_that_cannot_be_read_says_why(string filter, string reason) =>
        Assert.Contains(reason, await _foundry.RefusalOfAsync(2, "model", "list", "--filter", filter), StringComparison.Ordinal);

    [Fact]
    public async Task Offline_no_catalog_can_be_asked_again() =>
        Assert.Contains("offline", await _foundry.RefusalOfAsync(1, "model", "list", "--refresh"), StringComparison.Ordinal);

    [Fact]
    public async Task A_terminal_gets_a_table()
    {
        using var terminal = new InProcess { IsTerminal = true };

        string output = await terminal.OutputOfAsync("model", "list", "--cached");

        Assert.Contains("───", output, StringComparison.Ordinal);
        Assert.Contains(ShippedModel.Name, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_is_described()
    {
        string text = await _foundry.OutputOfAsync("model", "info", ShippedModel.Name);
        JsonElement json = JsonDocument.Parse(await _foundry.OutputOfAsync("model", "info", ShippedModel.Name, "-o", "json")).RootElement;

        Assert.Contains($"{ShippedModel.Name}:1", text, StringComparison.Ordinal);
        Assert.Contains(json.GetProperty("folder").GetString()!, text, StringComparison.Ordinal);
        Assert.NotEqual("", (await _foundry.OutputOfAsync("model", "info", ShippedModel.Name, "--license")).Trim());
    }

    [Fact]
    public async Task A_model_nobody_knows_costs_one_sentence_with_near_names() => Assert.Contains(
        $"did you mean {ShippedModel.Name}", await _foundry.RefusalOfAsync(1, "model", "info", "ingot-tiny-chatt", "-o", "json"), StringComparison.Ordinal);

    [Fact]
    public async Task A_folder_is_imported_checked_and_removed()
    {
        JsonElement imported = JsonDocument.Parse(
            await _foundry.OutputOfAsync("cache", "import", ShippedModel.Folder, "--name", "mine:2", "-o", "json")).RootElement;
        Assert.Equal("mine:2", imported.GetProperty("id").GetString());
        string folder = imported.GetProperty("folder").GetString()!;

        JsonElement cache = JsonDocument.Parse(await _foundry.OutputOfAsync("cache", "location", "-o", "json")).RootElement;
        Assert.StartsWith(cache.GetProperty("folder").GetString()!, folder, StringComparison.Ordinal);
        Assert.Equal(1, cache.GetProperty("models").GetInt32());
        Assert.Contains("mine:2", await _foundry.OutputOfAsync("cache", "list"), StringComparison.Ordinal);

        JsonElement check = JsonDocument.Parse(await _foundry.OutputOfAsync("cache", "verify", "-o", "json")).RootElement[0];
        Assert.Equal("sound", check.GetProperty("state").GetString());
        await File.AppendAllTextAsync(Path.Combine(folder, "tokenizer.json"), " ");
        ProgramRun damaged = await _foundry.RunAsync("cache", "verify", "mine", "-o", "json");
        Assert.Equal(1, damaged.ExitCode);
        Assert.Equal("damaged", JsonDocument.Parse(damaged.Output).RootElement[0].GetProperty("state").GetString());

        Assert.Contains("\"changed\": true", await _foundry.OutputOfAsync("cache", "remove", "mine", "-o", "json"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    private static string[] Lines(string text) => text.TrimEnd('\r', '\n').Split(Environment.NewLine);
}

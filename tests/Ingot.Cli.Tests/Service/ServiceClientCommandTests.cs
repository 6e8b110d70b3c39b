using System.Text.Json;
using Ingot.Cli.Background;
using Ingot.Testing;

namespace Ingot.Cli.Tests.Service;

/// <summary>The commands that talk to a running service, against one that this test plays.</summary>
public sealed class ServiceClientCommandTests : IAsyncLifetime
{
    private readonly InProcess _foundry = new();
    private FakeService _service = null!;

    public async ValueTask InitializeAsync() => _service = await FakeService.StartAsync(_foundry.Home);

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _foundry.Dispose();
    }

    [Fact]
    public async Task Status_names_the_address_in_the_words_programs_look_for()
    {
        Assert.Contains($"is running on {_service.Url}/openai/status", await _foundry.OutputOfAsync("service", "status"), StringComparison.Ordinal);

        JsonElement status = JsonDocument.Parse(await _foundry.OutputOfAsync("server", "status", "-o", "json")).RootElement;
        Assert.Equal(
            ["running", "processId", "endpoint", "urls", "version", "startedAt", "modelFolder", "logFile"],
            status.EnumerateObject().Select(property => property.Name));
        Assert.Equal((_service.Url, "9.9.9"), (status.GetProperty("endpoint").GetString(), status.GetProperty("version").GetString()));
    }

    [Fact]
    public async Task What_answers_at_the_address_but_is_another_process_is_no_service()
    {
        _service.ProcessId++;

        ProgramRun run = await _foundry.RunAsync("service", "status", "-o", "json");

        Assert.Equal(ExitCode.NotRunning, run.ExitCode);
        Assert.False(JsonDocument.Parse(run.Output).RootElement.GetProperty("running").GetBoolean());
    }

    [Fact]
    public async Task A_model_is_loaded_with_the_time_it_is_to_stay()
    {
        await _foundry.OutputOfAsync("model", "load", "hf:owner/name", "--ttl", "90", "--ep", "cpu");
        Assert.Contains("is loaded", await _foundry.OutputOfAsync("model", "load", "tiny", "--keep"), StringComparison.Ordinal);

        Assert.Equal(["/openai/load/hf:owner%2Fname?ttl=90&ep=cpu", "/openai/load/tiny?unload=false"], Requests("load"));
    }

    [Fact]
    public async Task A_refusal_of_the_service_is_said_in_its_words()
    {
        _service.Refusal = "There is no model 'tiny'.";

        ProgramRun run = await _foundry.RunAsync("model", "load", "tiny", "-o", "json");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("foundry: There is no model 'tiny'.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_has_yet_to_be_downloaded_is_told_how()
    {
        _service.Refusal = "The files of this model are not on this machine.";

        Assert.Contains("'foundry model download qwen3-0.6b' brings them", (await _foundry.RunAsync("model", "load", "qwen3-0.6b")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loaded_models_are_listed()
    {
        Assert.Equal("No model is loaded.", (await _foundry.OutputOfAsync("service", "ps")).Trim());
        _service.Loaded.Add(new FakeModel("tiny:1", expires_at: DateTimeOffset.UtcNow.AddMinutes(30).AddSeconds(30).ToUnixTimeSeconds()));
        _service.Loaded.Add(new FakeModel("big:1", active_requests: 2));

        string text = await _foundry.OutputOfAsync("service", "ps");
        Assert.Contains("5 min ago", text, StringComparison.Ordinal);
        Assert.Contains("in 30 min", text, StringComparison.Ordinal);
        Assert.Contains("12.5 MB", text, StringComparison.Ordinal);
        Assert.Contains("in use", text, StringComparison.Ordinal);

        JsonElement model = JsonDocument.Parse(await _foundry.OutputOfAsync("service", "ps", "-o", "json")).RootElement[0];
        Assert.Equal(
            ["id", "alias", "state", "executionProvider", "memoryBytes", "activeRequests", "loadedAt", "lastUsedAt", "expiresAt", "pinned", "runner", "runnerReason",
                "accelerationBytes", "accelerationReason"],
            model.EnumerateObject().Select(property => property.Name));
        Assert.Equal(12_500_000, model.GetProperty("memoryBytes").GetInt64());
    }

    [Fact]
    public async Task The_models_the_service_has_are_listed()
    {
        Assert.Equal($"one{Environment.NewLine}two", (await _foundry.OutputOfAsync("service", "list")).Trim());
        Assert.Equal(2, JsonDocument.Parse(await _foundry.OutputOfAsync("service", "list", "-o", "json")).RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Every_loaded_variant_of_an_alias_is_unloaded()
    {
        _service.Loaded.Add(new FakeModel("tiny-a:1"));
        _service.Loaded.Add(new FakeModel("tiny-b:2"));
        _service.Loaded.Add(new FakeModel("big:1", "big"));

        Assert.Contains("is unloaded", await _foundry.OutputOfAsync("model", "unload", "TINY"), StringComparison.Ordinal);
        Assert.Equal("big:1", Assert.Single(_service.Loaded).id);
        Assert.Contains("\"changed\": false", await _foundry.OutputOfAsync("model", "unload", "tiny", "-o", "json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_in_use_is_unloaded_by_force_only()
    {
        _service.Loaded.Add(new FakeModel("tiny:1", active_requests: 3));

        string refusal = await _foundry.RefusalOfAsync(1, "model", "unload", "tiny");
        Assert.Contains("in use by 3 request(s)", refusal, StringComparison.Ordinal);
        Assert.Contains("--force", refusal, StringComparison.Ordinal);
        Assert.Empty(Requests("unload"));

        await _foundry.OutputOfAsync("model", "unload", "tiny", "--force");
        Assert.Equal(["/openai/unload/tiny:1?force=true"], Requests("unload"));
    }

    [Fact]
    public async Task A_model_is_unloaded_before_its_files_are_removed()
    {
        await _foundry.OutputOfAsync("cache", "import", ShippedModel.Folder, "--name", "mine:2");
        _service.Loaded.Add(new FakeModel("mine:2", "mine", active_requests: 1));
        Assert.Contains("in use", await _foundry.RefusalOfAsync(1, "model", "remove", "mine"), StringComparison.Ordinal);
        Assert.Contains("mine:2", await _foundry.OutputOfAsync("cache", "list"), StringComparison.Ordinal);

        _service.Loaded[0] = new FakeModel("mine:2", "mine");
        await _foundry.OutputOfAsync("cache", "remove", "mine");

        Assert.Equal(["/openai/unload/mine:2?force=true"], Requests("unload"));
        Assert.DoesNotContain("mine:2", await _foundry.OutputOfAsync("cache", "list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_screen_shows_service_models_and_cache()
    {
        _service.Loaded.Add(new FakeModel("tiny:1"));

        string text = await _foundry.OutputOfAsync("status");
        Assert.Contains($"running on {_service.Url}", text, StringComparison.Ordinal);
        Assert.Contains("tiny:1", text, StringComparison.Ordinal);
        Assert.Contains("9.9.9", text, StringComparison.Ordinal);

        JsonElement status = JsonDocument.Parse(await _foundry.OutputOfAsync("status", "-o", "json")).RootElement;
        Assert.Equal(["version", "service", "loaded", "cache", "warnings"], status.EnumerateObject().Select(property => property.Name));
        Assert.Equal(1, status.GetProperty("loaded").GetArrayLength());
    }

    [Fact]
    public async Task A_changed_option_says_that_the_running_service_keeps_the_old_one() =>
        Assert.Contains("foundry service restart", (await _foundry.RunAsync("service", "set", "threadCount=2")).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Without_a_service_commands_that_need_one_say_so()
    {
        await _service.DisposeAsync();

        Assert.Contains("service start", await _foundry.RefusalOfAsync(ExitCode.NotRunning, "service", "ps", "-o", "json"), StringComparison.Ordinal);
        Assert.Contains("service start", await _foundry.RefusalOfAsync(ExitCode.NotRunning, "service", "list"), StringComparison.Ordinal);
        Assert.Contains("was not loaded", await _foundry.OutputOfAsync("model", "unload", "tiny"), StringComparison.Ordinal);
        Assert.Contains("🔴 Service is stopped", await _foundry.OutputOfAsync("service", "stop"), StringComparison.Ordinal);
        Assert.Contains("stopped", await _foundry.OutputOfAsync("status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_diagnosis_needs_no_service_and_survives_wrong_options()
    {
        await _service.DisposeAsync();
        File.WriteAllText(Path.Combine(_foundry.Home, ".foundry", "ingot.json"), """{"threadCount": -1, "catalogPaths": ["no-such-file.json"]}""");

        string text = await _foundry.OutputOfAsync("service", "diag", "--logs");
        Assert.Contains("Instruction sets", text, StringComparison.Ordinal);
        Assert.Contains("'threadCount' is -1", text, StringComparison.Ordinal);

        JsonElement json = JsonDocument.Parse(await _foundry.OutputOfAsync("service", "diag", "-o", "json")).RootElement;
        Assert.Equal(Environment.ProcessorCount, json.GetProperty("cores").GetInt32());
        Assert.Contains(json.GetProperty("catalogs").EnumerateArray(), catalog => catalog.GetProperty("healthy").GetBoolean());
        Assert.True(json.GetProperty("executionProviders")[0].GetProperty("available").GetBoolean());
        Assert.False(json.GetProperty("service").GetProperty("running").GetBoolean());
    }

    [Fact]
    public async Task The_end_of_the_log_is_printed()
    {
        string log = new ServiceFiles(Path.Combine(_foundry.Home, ".foundry")).Log;
        Assert.Contains(log, await _foundry.RefusalOfAsync(1, "service", "logs"), StringComparison.Ordinal);
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        File.WriteAllLines(log, Enumerable.Range(1, 30).Select(number => $"line {number}"));

        string text = await _foundry.OutputOfAsync("service", "logs", "-n", "2");

        Assert.Equal(["line 29", "line 30"], text.TrimEnd().Split(Environment.NewLine));
    }

    private IEnumerable<string> Requests(string kind) =>
        _service.Requests.Where(request => request.StartsWith($"/openai/{kind}/", StringComparison.Ordinal));
}

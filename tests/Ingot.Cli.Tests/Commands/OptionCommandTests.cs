using System.Text.Json;
using Ingot.Testing;

namespace Ingot.Cli.Tests.Commands;

/// <summary><c>foundry service set</c> and <c>foundry cache cd</c>.</summary>
public sealed class OptionCommandTests : IDisposable
{
    private readonly InProcess _foundry = new();

    public void Dispose() => _foundry.Dispose();

    [Fact]
    public async Task Every_option_is_shown_with_its_value_and_what_set_it()
    {
        Write("""{"threadCount": 3, "queueCapacity": 7, "catalogPaths": ["a", "/b"]}""");
        _foundry.Variables["INGOT_THREADS"] = "5";

        JsonElement[] options = await ListAsync();

        Assert.Equal((5, "INGOT_THREADS"), (Of(options, "threadCount").GetInt32(), SourceOf(options, "threadCount")));
        Assert.Equal((7, _foundry.OptionFile), (Of(options, "queueCapacity").GetInt32(), SourceOf(options, "queueCapacity")));
        Assert.Equal(2, Of(options, "catalogPaths").GetArrayLength());
        Assert.Equal("default", SourceOf(options, "maxSequences"));
        Assert.Equal(JsonValueKind.Null, Of(options, "kvCacheMegabytes").ValueKind);
    }

    [Fact]
    public async Task What_is_set_is_there_afterwards_and_can_be_taken_out_again()
    {
        string output = await _foundry.OutputOfAsync("service", "set", "modelIdleSeconds=600", "OFFLINE=false", "catalogUrls=http://a/x http://b/y");
        Assert.Contains("600", output, StringComparison.Ordinal);

        _foundry.Variables.Remove("INGOT_OFFLINE");
        JsonElement[] options = await ListAsync();
        Assert.Equal(600, Of(options, "modelIdleSeconds").GetInt32());
        Assert.False(Of(options, "offline").GetBoolean());
        Assert.Equal(["http://a/x", "http://b/y"], Of(options, "catalogUrls").EnumerateArray().Select(url => url.GetString()));

        await _foundry.OutputOfAsync("service", "set", "--unset", "modelIdleSeconds", "--unset", "catalogUrls");
        options = await ListAsync();
        Assert.Equal("default", SourceOf(options, "modelIdleSeconds"));
        Assert.Equal(_foundry.OptionFile, SourceOf(options, "offline"));
    }

    [Fact]
    public async Task A_port_is_short_for_an_address()
    {
        await _foundry.OutputOfAsync("service", "set", "--port", "5300");

        Assert.Equal("http://127.0.0.1:5300", Of(await ListAsync(), "urls").GetString());
    }

    [Fact]
    public async Task Https_changes_every_address_makes_a_certificate_and_says_what_to_trust()
    {
        Write("""{"urls": ["http://127.0.0.1:5272", "http://[::1]:5272"]}""");

        ProgramRun run = await _foundry.RunAsync("service", "set", "--https");

        string certificate = Path.Combine(_foundry.Home, ".foundry", "https", "localhost.crt");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("https://127.0.0.1:5272;https://[::1]:5272", Of(await ListAsync(), "urls").GetString());
        Assert.Contains(certificate, run.Error, StringComparison.Ordinal);
        Assert.Contains("BEGIN CERTIFICATE", File.ReadAllText(certificate), StringComparison.Ordinal);

        await _foundry.OutputOfAsync("service", "set", "--port", "5300");
        Assert.Equal("https://127.0.0.1:5300", Of(await ListAsync(), "urls").GetString());
        await _foundry.OutputOfAsync("service", "set", "--https", "false");
        Assert.Equal("http://127.0.0.1:5300", Of(await ListAsync(), "urls").GetString());
    }

    [Fact]
    public async Task With_a_certificate_named_https_makes_none()
    {
        ProgramRun run = await _foundry.RunAsync("service", "set", "--https", "certificatePath=/etc/my.pem", "certificatePasswordFrom=env:MY_PASSWORD");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("https://127.0.0.1:5272", Of(await ListAsync(), "urls").GetString());
        Assert.False(Directory.Exists(Path.Combine(_foundry.Home, ".foundry", "https")));
    }

    [Fact]
    public async Task A_password_is_not_taken_from_the_command_line_nor_repeated() =>
        Assert.DoesNotContain("sesame", await _foundry.RefusalOfAsync(1, "service", "set", "certificatePath=/etc/my.pem", "certificatePasswordFrom=sesame"), StringComparison.Ordinal);

    [Fact]
    public async Task A_graphics_processor_is_chosen_and_kept_for_the_service()
    {
        ProgramRun run = await _foundry.RunAsync("service", "set", "--gpu", "2");

        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Contains("changes nothing yet", run.Error, StringComparison.Ordinal);
        Assert.Equal("2", File.ReadAllText(Path.Combine(_foundry.Home, ".foundry", "gpu-device")));
        Assert.Contains("\"gpuDevice\": 2", await _foundry.OutputOfAsync("service", "diag", "-o", "json"), StringComparison.Ordinal);
        Assert.Equal("[]", (await _foundry.OutputOfAsync("service", "set", "--gpu", "3", "-o", "json")).Trim());
        Assert.Contains("between 0 and 255", await _foundry.RefusalOfAsync(2, "service", "set", "--gpu", "256"), StringComparison.Ordinal);
        Assert.False(File.Exists(_foundry.OptionFile));
    }

    [Theory]
    [InlineData("threadCont=3", "did you mean threadCount")]
    [InlineData("threadCount=many", "'threadCount' should be a whole number")]
    [InlineData("threadCount=257", "0 to 256")]
    [InlineData("offline=perhaps", "true or false")]
    [InlineData("urls=ftp://x", "http://host:port")]
    [InlineData("threadCount", "key=value")]
    public async Task A_wrong_setting_is_refused_and_nothing_is_written(string setting, string reason)
    {
        string refusal = await _foundry.RefusalOfAsync(1, "service", "set", "queueCapacity=1", setting);

        Assert.Contains(reason, refusal, StringComparison.Ordinal);
        Assert.False(File.Exists(_foundry.OptionFile));
    }

    [Fact]
    public async Task A_variable_that_still_wins_is_named()
    {
        _foundry.Variables["INGOT_THREADS"] = "5";

        ProgramRun run = await _foundry.RunAsync("service", "set", "threadCount=2");

        Assert.Contains("INGOT_THREADS", run.Error, StringComparison.Ordinal);
        Assert.Contains("5", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistakes_in_the_file_are_shown_and_do_not_keep_one_from_mending_them()
    {
        Write("""{"threadCount": -1}""");
        ProgramRun shown = await _foundry.RunAsync("service", "set");
        Assert.Equal(1, shown.ExitCode);
        Assert.Contains("threadCount", shown.Error, StringComparison.Ordinal);

        await _foundry.OutputOfAsync("service", "set", "threadCount=2");

        Assert.Equal(2, Of(await ListAsync(), "threadCount").GetInt32());
    }

    [Fact]
    public async Task Another_cache_folder_is_a_setting_and_moves_no_file()
    {
        string before = (await _foundry.OutputOfAsync("cache", "location")).Trim();
        string folder = Path.Combine(_foundry.Home, "models");

        ProgramRun run = await _foundry.RunAsync("cache", "cd", folder);

        Assert.Equal((0, folder), (run.ExitCode, run.Output.Trim()));
        Assert.Contains($"models in {before} stay there", run.Error, StringComparison.Ordinal);
        Assert.Equal(folder, (await _foundry.OutputOfAsync("cache", "location")).Trim());
        Assert.True(Directory.Exists(folder));
    }

    [Fact]
    public async Task A_file_is_no_cache_folder()
    {
        string file = Path.Combine(_foundry.Home, "file");
        File.WriteAllText(file, "");

        Assert.Contains(file, await _foundry.RefusalOfAsync(1, "cache", "cd", file), StringComparison.Ordinal);
    }

    private void Write(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_foundry.OptionFile)!);
        File.WriteAllText(_foundry.OptionFile, text);
    }

    private async Task<JsonElement[]> ListAsync() =>
        [.. JsonDocument.Parse(await _foundry.OutputOfAsync("service", "set", "-o", "json")).RootElement.EnumerateArray()];

    private static JsonElement Of(JsonElement[] options, string key) => Find(options, key).GetProperty("value");

    private static string SourceOf(JsonElement[] options, string key) => Find(options, key).GetProperty("source").GetString()!;

    private static JsonElement Find(JsonElement[] options, string key) => options.Single(option => option.GetProperty("key").GetString() == key);
}

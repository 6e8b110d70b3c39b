using System.Diagnostics;
using System.Text.Json;
using Ingot.Testing;

namespace Ingot.Cli.Tests;

/// <summary>Files of the home folder that several commands write, by processes of their own.</summary>
public sealed class PrivateFileTests : IDisposable
{
    private readonly Foundry _foundry = new();

    private string Keys => Path.Combine(_foundry.Home, ".foundry", "keys.json");

    public void Dispose() => _foundry.Dispose();

    [Fact]
    public async Task Commands_that_change_a_file_at_the_same_time_lose_nothing()
    {
        string[] names = ["a", "b", "c", "d"];

        ProgramRun[] runs = await Task.WhenAll(names.Select(name => _foundry.RunAsync("keys", "create", name)));

        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Error));
        Assert.Equal(names, (await NamesAsync()).Order());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Keys));
    }

    [Fact]
    public async Task A_command_that_is_killed_leaves_the_file_as_it_was_or_as_it_is_to_be_and_the_next_is_not_held_up()
    {
        Assert.Equal(0, (await _foundry.RunAsync("keys", "create", "first")).ExitCode);
        for (int kill = 0; kill < 6; kill++)
        {
            string[] before = await NamesAsync();
            using Process process = _foundry.Start("keys", "create", $"key{kill}");
            using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(Random.Shared.Next(50, 500))))
                await timer.WaitForNextTickAsync();
            process.Kill();
            await process.WaitForExitAsync();

            string[] after = await NamesAsync();
            Assert.True(after.SequenceEqual(before) || after.SequenceEqual([.. before, $"key{kill}"]), string.Join(' ', after));
        }

        ProgramRun last = await _foundry.RunAsync("keys", "create", "last");

        Assert.True(last.ExitCode == 0, last.Error);
        Assert.Equal("last", (await NamesAsync())[^1]);
    }

    [Fact]
    public async Task What_cannot_be_written_is_said_in_one_sentence()
    {
        await File.WriteAllTextAsync(Path.Combine(_foundry.Home, ".foundry"), "no folder");

        ProgramRun run = await _foundry.RunAsync("keys", "create", "laptop");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("keys.json", Assert.Single(run.Error.TrimEnd('\r', '\n').Split('\n')), StringComparison.Ordinal);
    }

    private async Task<string[]> NamesAsync()
    {
        using JsonDocument file = JsonDocument.Parse(await File.ReadAllBytesAsync(Keys));
        return [.. file.RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("name").GetString()!)];
    }
}

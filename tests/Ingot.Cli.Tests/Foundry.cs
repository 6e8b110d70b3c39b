using System.Diagnostics;
using Ingot.Testing;

namespace Ingot.Cli.Tests;

/// <summary>The <c>foundry</c> command as its own process, in a home folder of its own.</summary>
internal sealed class Foundry : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "foundry.dll");

    private readonly TemporaryFolder _home = new();

    /// <summary>The home folder.</summary>
    public string Home => _home.Path;

    /// <summary>More variables for the command.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Starts the command and returns at once.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[Program, .. arguments])
            start.ArgumentList.Add(argument);
        foreach ((string name, string value) in Environment())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Runs the command to its end.</summary>
    public Task<ProgramRun> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    /// <summary>Runs the command with something to read.</summary>
    public Task<ProgramRun> RunWithInputAsync(string input, params string[] arguments) =>
        ProgramRun.DotnetAsync(Program, arguments, input, Environment());

    /// <summary>Runs a line of the system's shell; <c>$FOUNDRY</c> is the command's program.</summary>
    public Task<ProgramRun> RunInShellAsync(string line) =>
        ProgramRun.RunAsync("sh", ["-c", line], environment: new Dictionary<string, string>(Environment()) { ["FOUNDRY"] = Program });

    /// <summary>Removes the home folder.</summary>
    public void Dispose() => _home.Dispose();

    private Dictionary<string, string> Environment() => new(Variables)
    {
        ["HOME"] = Home,
        ["USERPROFILE"] = Home,
        ["INGOT_CATALOGS"] = "",
        ["INGOT_CONFIG"] = "",
    };
}

using Ingot.Testing;

namespace Ingot.Cli.Tests;

/// <summary>The <c>foundry</c> command as its own process, in a home folder of its own.</summary>
internal sealed class Foundry : IDisposable
{
    private readonly TemporaryFolder _home = new();

    /// <summary>The home folder.</summary>
    public string Home => _home.Path;

    /// <summary>Runs the command to its end.</summary>
    public Task<ProgramRun> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    /// <summary>Runs the command with something to read.</summary>
    public Task<ProgramRun> RunWithInputAsync(string input, params string[] arguments) =>
        ProgramRun.DotnetAsync(
            Path.Combine(AppContext.BaseDirectory, "foundry.dll"),
            arguments,
            input,
            new Dictionary<string, string> { ["HOME"] = Home, ["USERPROFILE"] = Home, ["INGOT_CATALOGS"] = "", ["INGOT_CONFIG"] = "" });

    /// <summary>Removes the home folder.</summary>
    public void Dispose() => _home.Dispose();
}

using Ingot.Testing;

namespace Ingot.Cli.Tests;

/// <summary>The command line in this process, in a home folder of its own, with what it prints.</summary>
internal sealed class InProcess : IDisposable
{
    private readonly TemporaryFolder _home = new();

    public InProcess() => Variables = new()
    {
        ["HOME"] = _home.Path,
        ["USERPROFILE"] = _home.Path,
        ["INGOT_OFFLINE"] = "true",
    };

    /// <summary>The user's folder.</summary>
    public string Home => _home.Path;

    /// <summary>The configuration file.</summary>
    public string OptionFile => _home[Path.Combine(".foundry", "ingot.json")];

    /// <summary>The environment variables, all of them.</summary>
    public Dictionary<string, string> Variables { get; }

    /// <summary>Whether tables are drawn.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Runs one command line.</summary>
    public async Task<ProgramRun> RunAsync(params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        int code = await CommandLine.RunAsync(arguments, new CommandContext(output, error, IsTerminal, Variables), TestContext.Current.CancellationToken);
        return new ProgramRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs one that must succeed.</summary>
    /// <returns>Its standard output.</returns>
    public async Task<string> OutputOfAsync(params string[] arguments)
    {
        ProgramRun run = await RunAsync(arguments);
        Assert.True(run.ExitCode == 0, $"{string.Join(' ', arguments)}: {run.Error}");
        return run.Output;
    }

    /// <summary>Runs one that must be refused with one sentence and nothing on standard output.</summary>
    /// <returns>The sentence.</returns>
    public async Task<string> RefusalOfAsync(int code, params string[] arguments)
    {
        ProgramRun run = await RunAsync(arguments);
        Assert.Equal((code, ""), (run.ExitCode, run.Output));
        return Assert.Single(run.Error.TrimEnd('\r', '\n').Split('\n'));
    }

    /// <summary>Removes the home folder.</summary>
    public void Dispose() => _home.Dispose();
}

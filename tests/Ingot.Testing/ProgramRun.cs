using System.Diagnostics;

namespace Ingot.Testing;

/// <summary>What a program printed and how it ended.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
public sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a .NET program that was built beside the tests.</summary>
    /// <param name="program">The path of its <c>.dll</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">What it reads; empty when nothing.</param>
    /// <param name="environment">Variables to set; an empty value removes one.</param>
    public static Task<ProgramRun> DotnetAsync(
        string program, IEnumerable<string> arguments, string input = "", IReadOnlyDictionary<string, string>? environment = null) =>
        RunAsync("dotnet", [program, .. arguments], input, environment);

    /// <summary>Runs any program to its end.</summary>
    public static async Task<ProgramRun> RunAsync(
        string program, IEnumerable<string> arguments, string input = "", IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value.Length == 0 ? null : value;

        using Process process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Waits.Longest);
        Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await WriteAsync(process.StandardInput, input);
            await process.WaitForExitAsync(patience.Token);
            return new ProgramRun(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Whether a program can be run here, by asking for its version.</summary>
    public static bool Exists(string program)
    {
        try
        {
            using Process? process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true, RedirectStandardError = true });
            process?.WaitForExit();
            return process?.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task WriteAsync(StreamWriter writer, string input)
    {
        try
        {
            await using (writer)
                await writer.WriteAsync(input);
        }
        catch (IOException)
        {
            // It ended without reading all of it, and what it printed says why.
        }
    }
}

using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Microsoft.AI.Foundry.Local.Service;

/// <summary>The <c>foundry</c> command, which starts and stops the service and says where it listens.</summary>
internal static partial class FoundryCommand
{
    /// <summary>Where the service listens; null when it does not run.</summary>
    public static async Task<Uri?> FindServiceAsync(CancellationToken cancellationToken) => AddressIn(await RunAsync("status", cancellationToken));

    /// <summary>Starts the service, if it does not run.</summary>
    /// <returns>Where it listens.</returns>
    /// <exception cref="InvalidOperationException">It did not start, or there is no such command.</exception>
    public static async Task<Uri> StartServiceAsync(CancellationToken cancellationToken)
    {
        string said = await RunAsync("start", cancellationToken);
        return await FindServiceAsync(cancellationToken) ?? throw new InvalidOperationException($"The service did not start: {said.Trim()}");
    }

    /// <summary>Stops the service, if it runs.</summary>
    public static Task StopServiceAsync(CancellationToken cancellationToken) => RunAsync("stop", cancellationToken);

    /// <summary>The service's address in what the command says; null when it says none.</summary>
    internal static Uri? AddressIn(string text) =>
        Address().Match(text) is { Success: true } found ? new Uri(new Uri(found.Groups["address"].Value).GetLeftPart(UriPartial.Authority)) : null;

    private static async Task<string> RunAsync(string what, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("foundry") { RedirectStandardOutput = true, RedirectStandardError = true, CreateNoWindow = true };
        start.ArgumentList.Add("service");
        start.ArgumentList.Add(what);
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return output + await errors;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException("There is no command 'foundry' on this machine's PATH, which starts the service.", exception);
        }
    }

    [GeneratedRegex(@"is (?:already )?running on (?<address>https?://\S+)", RegexOptions.IgnoreCase)]
    private static partial Regex Address();
}

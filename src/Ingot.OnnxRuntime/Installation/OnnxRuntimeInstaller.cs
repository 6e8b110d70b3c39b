using System.Diagnostics;
using System.Reflection;
using Ingot.Errors;

namespace Ingot.OnnxRuntime.Installation;

/// <summary>Fetches the library from npm, in the build this version was made with, checked against the hashes that came with it.</summary>
public static class OnnxRuntimeInstaller
{
    private const int MostErrorText = 600;

    /// <summary>Fetches the library into a home folder, whole or not at all; what was there before goes.</summary>
    /// <param name="homeFolder">The home folder, such as <c>~/.foundry</c>; need not exist.</param>
    /// <param name="cancellation">Gives up, and ends npm.</param>
    /// <returns>The folder that the library's files are in.</returns>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.NotReady"/>: npm is not there. <see cref="ErrorCode.DownloadFailed"/>: npm failed, with its own words.
    /// <see cref="ErrorCode.UnsupportedValue"/>: there is no build for this system. <see cref="ErrorCode.Conflict"/>: the folder cannot be written.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static async Task<string> InstallAsync(string homeFolder, CancellationToken cancellation)
    {
        var target = OnnxRuntimeSearch.RuntimeFolder(homeFolder);
        var work = $"{target}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(work);
            foreach (var name in new[] { "package.json", "package-lock.json" })
                await WriteAsync(name, Path.Combine(work, name), cancellation);
            await RunNpmAsync(work, cancellation);
            var files = OnnxRuntimeSearch.PackageFolder(work);
            if (!Directory.Exists(files))
                throw new IngotException(ErrorCode.UnsupportedValue, "ONNX Runtime's npm package has no library for this system; INGOT_ONNXRUNTIME may name a build of your own.");
            DropOtherSystems(files);
            if (Directory.Exists(target))
                Directory.Delete(target, recursive: true);
            Directory.Move(work, target);
            return OnnxRuntimeSearch.InstalledFolder(homeFolder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.Conflict, $"ONNX Runtime cannot be installed in {target}: {exception.Message}", inner: exception);
        }
        finally
        {
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
        }
    }

    private static async Task WriteAsync(string resource, string path, CancellationToken cancellation)
    {
        await using var source = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        await using var file = File.Create(path);
        await source.CopyToAsync(file, cancellation);
    }

    private static async Task RunNpmAsync(string folder, CancellationToken cancellation)
    {
        // On Windows npm is a script, which only the command interpreter runs.
        string[] command = OperatingSystem.IsWindows() ? ["cmd.exe", "/c", "npm"] : ["npm"];
        var start = new ProcessStartInfo(command[0], [.. command[1..], "ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            await process.WaitForExitAsync(cancellation);
            await output;
            if (process.ExitCode != 0)
                throw new IngotException(ErrorCode.DownloadFailed, $"npm could not fetch ONNX Runtime (exit code {process.ExitCode}): {Last(await error)}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw Missing(null);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw Missing(exception);
        }
    }

    private static IngotException Missing(Exception? inner) => new(
        ErrorCode.NotReady,
        $"ONNX Runtime is fetched with npm, which is not on this machine. Install Node.js, or set {OnnxRuntimeSearch.Variable} to a build of the library that is here already.",
        inner: inner);

    // The package brings the libraries of all systems, which is several times what one needs.
    private static void DropOtherSystems(string files)
    {
        var platform = Directory.GetParent(files)!;
        foreach (var other in platform.Parent!.EnumerateDirectories().Where(folder => folder.Name != platform.Name))
            other.Delete(recursive: true);
        foreach (var other in platform.EnumerateDirectories().Where(folder => folder.Name != Path.GetFileName(files)))
            other.Delete(recursive: true);
    }

    private static string Last(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= MostErrorText ? line : "…" + line[^MostErrorText..];
    }
}

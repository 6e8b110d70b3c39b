using Ingot.Errors;
using Ingot.OnnxRuntime;
using Ingot.OnnxRuntime.Installation;

namespace Ingot.Service.Hosting;

/// <summary>ONNX Runtime as people see it: whether it is here, and how it comes here.</summary>
public static class NativeRuntimes
{
    /// <summary>Tells what was found. Looks once in a process.</summary>
    public static NativeRuntime Find()
    {
        var search = ExecutionProviders.Library.Value;
        return new NativeRuntime(search.Library?.Version, search.Library?.Path, search.Reason, search.Library?.BuildInfo);
    }

    /// <summary>Fetches it into a home folder, where processes started from then on find it.</summary>
    /// <param name="homeFolder">The home folder, such as <see cref="IngotOptions.HomeFolder"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The folder its files are in.</returns>
    /// <exception cref="IngotException">npm is not there or failed, or there is no build for this system.</exception>
    public static Task<string> InstallAsync(string homeFolder, CancellationToken cancellationToken = default) => OnnxRuntimeInstaller.InstallAsync(homeFolder, cancellationToken);
}

/// <summary>The ONNX Runtime library of this machine.</summary>
/// <param name="Version">Its version; null when there is none.</param>
/// <param name="Path">Its file; null when there is none.</param>
/// <param name="Reason">Where it was found, or why it was not.</param>
/// <param name="BuildInfo">How it was built; null when there is none.</param>
public sealed record NativeRuntime(string? Version, string? Path, string Reason, string? BuildInfo);

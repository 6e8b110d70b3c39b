using System.Runtime.InteropServices;
using Ingot.Errors;

namespace Ingot.OnnxRuntime;

/// <summary>Whether the library is there; where it is not, why.</summary>
public sealed record OnnxRuntimeSearch
{
    /// <summary>The environment variable that names the library's file, or the folder it is in.</summary>
    public const string Variable = "INGOT_ONNXRUNTIME";

    /// <summary>The command that fetches the library.</summary>
    public const string InstallCommand = "foundry ep install";

    private OnnxRuntimeSearch(OnnxRuntimeLibrary? library, string reason) => (Library, Reason) = (library, reason);

    /// <summary>The library; null when there is none.</summary>
    public OnnxRuntimeLibrary? Library { get; }

    /// <summary>Where it was found, or one sentence that says why there is none.</summary>
    public string Reason { get; }

    /// <summary>No library.</summary>
    /// <param name="reason">Why, in one sentence.</param>
    public static OnnxRuntimeSearch Absent(string reason) => new(null, reason);

    /// <summary>Looks for the library: where <see cref="Variable"/> says and nowhere else if it is set, else where the command installs it, else where the system looks.</summary>
    /// <param name="named">The value of <see cref="Variable"/>; null or empty when it is not set.</param>
    /// <param name="homeFolder">The folder that things are installed in, such as <c>~/.foundry</c>; need not exist.</param>
    public static OnnxRuntimeSearch Find(string? named, string homeFolder)
    {
        if (!string.IsNullOrEmpty(named))
        {
            return FileIn(named) is { } file
                ? TryLoad(file, $"where {Variable} says")
                : Absent($"{Variable} names '{named}', where there is no ONNX Runtime library.");
        }

        if (FileIn(InstalledFolder(homeFolder)) is { } installed)
            return TryLoad(installed, $"as '{InstallCommand}' installed it");
        foreach (var name in FileNames)
        {
            if (NativeLibrary.TryLoad(name, out _))
                return TryLoad(name, "where the system keeps its libraries");
        }

        return Absent($"ONNX Runtime is not installed: '{InstallCommand}' fetches it, or {Variable} names a build of it.");
    }

    /// <summary>The folder under a home folder in which the library is installed.</summary>
    public static string RuntimeFolder(string homeFolder) => Path.Combine(homeFolder, "runtimes", "onnxruntime");

    /// <summary>The folder of this system's library in an installation.</summary>
    /// <param name="homeFolder">As in <see cref="Find"/>.</param>
    internal static string InstalledFolder(string homeFolder) => PackageFolder(RuntimeFolder(homeFolder));

    /// <summary>The folder of this system's library below the folder that holds <c>node_modules</c>.</summary>
    internal static string PackageFolder(string runtimeFolder) =>
        Path.Combine(runtimeFolder, "node_modules", "onnxruntime-node", "bin", "napi-v6", PlatformName, ArchitectureName);

    private static string PlatformName => OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";

    private static string ArchitectureName => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 ? "arm64" : "x64";

    private static string[] FileNames =>
        OperatingSystem.IsWindows() ? ["onnxruntime.dll"]
        : OperatingSystem.IsMacOS() ? ["libonnxruntime.1.dylib", "libonnxruntime.dylib"]
        : ["libonnxruntime.so.1", "libonnxruntime.so"];

    private static string? FileIn(string path)
    {
        if (File.Exists(path))
            return Path.GetFullPath(path);
        return FileNames.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists) is { } found ? Path.GetFullPath(found) : null;
    }

    private static OnnxRuntimeSearch TryLoad(string path, string where)
    {
        try
        {
            return new OnnxRuntimeSearch(OnnxRuntimeLibrary.Load(path), $"ONNX Runtime is at '{path}', {where}.");
        }
        catch (IngotException refusal)
        {
            return Absent(refusal.Message);
        }
    }
}

using System.Runtime.InteropServices;

namespace Ingot.Benchmarks.Comparison;

/// <summary>Where other programs' libraries lie, which are not part of this repository.</summary>
internal static class PeerFolder
{
    /// <summary>Names a folder with llama.cpp's libraries.</summary>
    public const string Variable = "INGOT_BENCHMARK_LLAMA";

    /// <summary>How to get them.</summary>
    public const string Advice =
        "llama.cpp is not here: `npm ci --ignore-scripts` in benchmarks/peers brings its prebuilt libraries, or name a folder that has them with --llama or " + Variable + ".";

    /// <summary>The folder with llama.cpp's libraries: the one named, the variable's, or the one under <c>benchmarks/peers</c>; null if there is none.</summary>
    public static string? Llama(string? named)
    {
        string? given = named ?? Environment.GetEnvironmentVariable(Variable);
        if (given is not null)
            return Has(given) ? Path.GetFullPath(given) : throw new DirectoryNotFoundException($"There is no llama library in {given}.");
        return Packages("@node-llama-cpp").FirstOrDefault(Has);
    }

    /// <summary>The file of a library, whatever its version and the system's way to name it.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public static string Library(string folder, string name) =>
        Candidates(folder, name).FirstOrDefault() ?? throw new FileNotFoundException($"There is no library {name} in {folder}.");

    /// <summary>A program in <c>benchmarks/peers</c>, whose packages are there.</summary>
    /// <exception cref="FileNotFoundException">They are not.</exception>
    public static string Script(string name) =>
        Above().Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"{name} finds no packages: run `npm ci --ignore-scripts` in benchmarks/peers.");

    private static bool Has(string folder) => Directory.Exists(folder) && Candidates(folder, "llama").Any();

    /// <summary>Files with the name, a version perhaps, and the ending of a library: libllama.so, libllama.so.0, libllama.v0.5.0.so, llama.dll.</summary>
    private static IEnumerable<string> Candidates(string folder, string name) =>
        from prefix in new[] { $"lib{name}.", $"{name}." }
        from file in Directory.EnumerateFiles(folder, $"{prefix}*").Order()
        where Path.GetFileName(file)[prefix.Length..].Split('.').Any(part => part is "so" or "dylib" or "dll")
        select file;

    private static IEnumerable<string> Packages(string scope)
    {
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "mac" : "linux";
        string machine = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        foreach (string peers in Above())
        {
            var packages = new DirectoryInfo(Path.Combine(peers, "node_modules", scope));
            if (!packages.Exists)
                continue;
            foreach (DirectoryInfo package in packages.EnumerateDirectories($"{system}-{machine}*"))
            {
                foreach (DirectoryInfo libraries in package.EnumerateDirectories("bins/*"))
                    yield return libraries.FullName;
            }
        }
    }

    /// <summary><c>benchmarks/peers</c> of the repository this program was built from, once its packages are there.</summary>
    private static IEnumerable<string> Above()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string peers = Path.Combine(folder.FullName, "benchmarks", "peers");
            if (Directory.Exists(Path.Combine(peers, "node_modules")))
                yield return peers;
        }
    }
}

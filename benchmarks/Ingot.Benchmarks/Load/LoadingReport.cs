using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;
using Ingot.Benchmarks.EndToEnd;
using Ingot.Benchmarks.Measuring;
using Ingot.Engine;

namespace Ingot.Benchmarks.Load;

/// <summary>
/// What it takes to have a model: the time to load it against the time to read its weights once, from the system's memory and from the disk, and the memory
/// that it needs while it is loaded, afterwards and when it is gone. <c>loading [&lt;folder&gt;] [--runs 5]</c> measures a model folder instead of the usual one.
/// </summary>
internal static partial class LoadingReport
{
    private const int ReadAtOnce = 1 << 22;
    private const int PagesNotNeeded = 4;

    /// <summary>Measures and prints.</summary>
    public static void Print(string[] arguments)
    {
        int at = Array.IndexOf(arguments, "--runs");
        int runs = at >= 0 ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : 5;
        string folder = arguments.Length > 0 && at != 0 ? arguments[0] : BenchmarkModel.Folder();
        string[] files = [.. new DirectoryInfo(folder).EnumerateFiles("*.onnx*").Select(file => file.FullName)];
        long bytes = files.Sum(file => new FileInfo(file).Length);
        Console.WriteLine($"model                {folder}");
        Console.WriteLine($"weights              {bytes / 1e6:F0} MB");
        Console.WriteLine($"threads              {Environment.ProcessorCount}");
        Memory before = Memory.Now();
        Console.WriteLine($"process before       {before}");

        var (compiled, compiling) = (JitInfo.GetCompiledMethodCount(), JitInfo.GetCompilationTime());
        double first = Seconds(() => Load(folder).Dispose());
        (compiled, compiling) = (JitInfo.GetCompiledMethodCount() - compiled, JitInfo.GetCompilationTime() - compiling);
        ProcessMemory.Release();
        Console.WriteLine($"first load           {first * 1e3:F0} ms, in which {compiled} methods were compiled for the machine, {compiling.TotalMilliseconds:F0} ms of processors");
        Compare("warm", runs, folder, files, prepare: () => { });
        if (OperatingSystem.IsLinux())
            Compare("from the disk", runs, folder, files, prepare: () => Array.ForEach(files, Forget));
        LoadingParts.Print(folder, () => Array.ForEach(files, Read));

        if (!OperatingSystem.IsLinux())
            return;
        ProcessMemory.Release();
        before = Memory.Now();
        File.WriteAllText("/proc/self/clear_refs", "5");
        InferenceEngine engine = Load(folder);
        Memory loaded = Memory.Now();
        Console.WriteLine($"process before       {before}");
        Console.WriteLine($"process loaded       {loaded}");
        Console.WriteLine($"at the most          {Memory.Peak() / 1e6:F0} MB, {Ratio(Memory.Peak() - before.Total, bytes)} of the file more than before");
        Console.WriteLine($"model in memory      {Ratio(loaded.Total - before.Total, bytes)} of the file");
        engine.Dispose();
        ProcessMemory.Release();
        Memory after = Memory.Now();
        Console.WriteLine($"process unloaded     {after}");
        Console.WriteLine($"kept                 {(after.Total - before.Total) / 1e6:F0} MB");
    }

    private static void Compare(string what, int runs, string folder, string[] files, Action prepare)
    {
        var (reads, loads) = (new double[runs], new double[runs]);
        var (reading, loading) = (TimeSpan.Zero, TimeSpan.Zero);
        var (readFrom, loadedFrom) = (0L, 0L);
        for (int run = 0; run < runs; run++)
        {
            prepare();
            long disk = FromTheDisk();
            TimeSpan start = Environment.CpuUsage.TotalTime;
            reads[run] = Seconds(() => Array.ForEach(files, Read));
            reading += Environment.CpuUsage.TotalTime - start;
            readFrom += FromTheDisk() - disk;
            prepare();
            disk = FromTheDisk();
            InferenceEngine? engine = null;
            start = Environment.CpuUsage.TotalTime;
            loads[run] = Seconds(() => engine = Load(folder));
            loading += Environment.CpuUsage.TotalTime - start;
            loadedFrom += FromTheDisk() - disk;
            engine!.Dispose();
            ProcessMemory.Release();
        }

        var (read, load) = (Spread.Of(reads), Spread.Of(loads));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-20} read {read.Median * 1e3:F0} ms ({read.Least * 1e3:F0} to {read.Greatest * 1e3:F0}), load {load.Median * 1e3:F0} ms ({load.Least * 1e3:F0} to {load.Greatest * 1e3:F0}): {load.Median / read.Median:F2} of reading; processors {(reading / runs).TotalMilliseconds:F0} and {(loading / runs).TotalMilliseconds:F0} ms; from the disk {readFrom / runs / 1e6:F0} and {loadedFrom / runs / 1e6:F0} MB"));
    }

    private static InferenceEngine Load(string folder) => BenchmarkEngine.Load(folder, new EngineOptions { Name = "benchmark", MaxSequences = 8 });

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // Once, from end to end, by one thread: what a copy of the file would take at the least.
    private static void Read(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var buffer = new byte[ReadAtOnce];
        while (stream.Read(buffer) > 0) { }
    }

    private static void Forget(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        _ = AdviseFile(stream.SafeFileHandle, 0, 0, PagesNotNeeded);
    }

    // What the disk gave to this process, ahead of its reading or not.
    private static long FromTheDisk() => !OperatingSystem.IsLinux() ? 0 : File.ReadLines("/proc/self/io")
        .Where(line => line.StartsWith("read_bytes:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.AsSpan("read_bytes:".Length), CultureInfo.InvariantCulture))
        .FirstOrDefault();

    private static string Ratio(long part, long whole) => (part / (double)whole).ToString("F2", CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int AdviseFile(SafeHandle file, long offset, long length, int advice);

    private sealed record Memory(long Anonymous, long OfFiles)
    {
        public long Total => Anonymous + OfFiles;

        public static Memory Now() => new(Field("RssAnon:"), Field("RssFile:"));

        public static long Peak() => Field("VmHWM:");

        public override string ToString() => $"{Total / 1e6:F0} MB resident ({Anonymous / 1e6:F0} of its own, {OfFiles / 1e6:F0} of files)";

        private static long Field(string name) => !OperatingSystem.IsLinux() ? 0 : 1024 * File.ReadLines("/proc/self/status")
            .Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture))
            .FirstOrDefault();
    }
}

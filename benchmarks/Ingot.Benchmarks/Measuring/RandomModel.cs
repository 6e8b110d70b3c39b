using Ingot.Compiler;

namespace Ingot.Benchmarks.Measuring;

/// <summary>Models of random weights, made once and kept beside the system's temporary files.</summary>
internal static class RandomModel
{
    private const long SpareBytes = 1_000_000_000;

    /// <summary>Compiles one of 4-bit weights, and says how far it is on standard error.</summary>
    /// <param name="config">The file that describes its shape.</param>
    /// <param name="folder">The folder to make.</param>
    /// <param name="bytes">About how large it gets.</param>
    public static void Compile(string config, string folder, long bytes)
    {
        CheckRoom(folder, bytes);
        var progress = new Percents($"Making a model of {bytes / 1e6:F0} MB of random weights in {folder} (once)");
        ModelCompiler.Compile(
            new CompileRequest { RandomWeightsConfig = config, OutputFolder = folder, Precision = Precision.Int4, Overwrite = true },
            progress,
            CancellationToken.None);
        progress.End();
    }

    /// <summary>Refuses to begin what the disk has no room for.</summary>
    /// <exception cref="IOException">There is too little.</exception>
    public static void CheckRoom(string path, long bytes)
    {
        long free = new DriveInfo(Path.GetTempPath()).AvailableFreeSpace;
        if (free < bytes + SpareBytes)
            throw new IOException($"{path} would take {bytes / 1e9:F1} GB, and the disk has {free / 1e9:F1} GB left, of which {SpareBytes / 1e9:F0} are not touched.");
    }

    /// <summary>Every tenth part.</summary>
    public sealed class Percents : IProgress<CompileProgress>
    {
        private int _tenths;

        /// <summary>Begins a line.</summary>
        public Percents(string what) => Console.Error.Write($"{what}:");

        /// <inheritdoc/>
        public void Report(CompileProgress value) => Report(value.WrittenBytes, value.TotalBytes);

        /// <summary>How much of how much is done.</summary>
        public void Report(long done, long all)
        {
            for (; _tenths < done * 10 / all; _tenths++)
                Console.Error.Write($" {(_tenths + 1) * 10} %");
        }

        /// <summary>Ends the line.</summary>
        public void End() => Console.Error.WriteLine();
    }
}

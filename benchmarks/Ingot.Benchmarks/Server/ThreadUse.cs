using System.Globalization;

namespace Ingot.Benchmarks.Server;

/// <summary>
/// What the threads of this process have used: those that compute the model, which wait for each other by spinning, apart from
/// all others. Where the system does not tell, everything is 0.
/// </summary>
/// <param name="Others">Microseconds of processor time of threads that do not compute the model.</param>
/// <param name="Sleeps">How often those have gone to sleep.</param>
/// <param name="Displaced">How often a thread that computes the model was put off its core for another one.</param>
internal readonly record struct ThreadUse(double Others, double Sleeps, double Displaced)
{
    private static readonly string[] ComputingThreads = ["ingot-compute", "Ingot engine"];

    /// <summary>Since the threads began.</summary>
    public static ThreadUse Now()
    {
        if (!OperatingSystem.IsLinux())
            return default;
        var sum = default(ThreadUse);
        foreach (string task in Directory.EnumerateDirectories("/proc/self/task"))
        {
            try
            {
                sum = sum.Plus(Of(task));
            }
            catch (IOException)
            {
                // The thread has ended since it was listed.
            }
        }

        return sum;
    }

    /// <summary>What was used since then, for each of so many tokens.</summary>
    public ThreadUse Since(ThreadUse then, double tokens) =>
        new((Others - then.Others) / tokens, (Sleeps - then.Sleeps) / tokens, (Displaced - then.Displaced) / tokens);

    private ThreadUse Plus(ThreadUse other) => new(Others + other.Others, Sleeps + other.Sleeps, Displaced + other.Displaced);

    private static ThreadUse Of(string task)
    {
        string name = File.ReadAllText(Path.Combine(task, "comm"));
        string[] status = File.ReadAllLines(Path.Combine(task, "status"));
        if (ComputingThreads.Any(computing => name.StartsWith(computing, StringComparison.Ordinal)))
            return new ThreadUse(0, 0, Count(status, "nonvoluntary_ctxt_switches:"));
        double microseconds = double.Parse(File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture) / 1e3;
        return new ThreadUse(microseconds, Count(status, "voluntary_ctxt_switches:"), 0);
    }

    private static double Count(string[] status, string field) =>
        double.Parse(status.First(line => line.StartsWith(field, StringComparison.Ordinal)).AsSpan(field.Length), CultureInfo.InvariantCulture);
}

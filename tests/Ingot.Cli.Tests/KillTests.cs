using System.Diagnostics;
using System.Globalization;
using Ingot.Testing;

namespace Ingot.Cli.Tests;

/// <summary>Downloads by a process of their own that is killed, over connections that are cut.</summary>
public sealed class KillTests : HubCommands
{
    private const int DataBytes = 24 << 20;

    // More than what lies in sockets unread: a cut loses that, and must not lose all.
    private const int CutEvery = 12 << 20;

    // How often a download is killed; a long run sets more.
    private const string KillsVariable = "INGOT_TEST_KILLS";
    private const int DefaultKills = 10;

    private long _beforeCut = CutEvery;

    private long TotalBytes => Hub.Files.Values.Sum(content => content.LongLength);

    /// <summary>After a kill at any moment there is no model or a whole one, and the next attempt goes on from what is there.</summary>
    [Fact]
    public async Task A_download_that_is_killed_at_random_moments_leaves_nothing_half_done()
    {
        Hub.AddModel(DataBytes);
        int kills = int.TryParse(Environment.GetEnvironmentVariable(KillsVariable), NumberStyles.None, CultureInfo.InvariantCulture, out int more) ? more : DefaultKills;
        int seed = Environment.TickCount;
        var random = new Random(seed);
        var watch = Stopwatch.StartNew();
        (int empty, int begun, int whole) = (0, 0, 0);
        for (int kill = 0; kill < kills; kill++)
        {
            // Some while the program starts and asks what there is, most while bytes come in, some while it puts things in order.
            bool isEarly = random.Next(6) == 0;
            await KillAsync(isEarly ? 0 : random.NextInt64(TotalBytes * 11 / 10), TimeSpan.FromMilliseconds(random.Next(1, isEarly ? 1500 : 120)));
            AssertNoStrays();
            if (Directory.Exists(Path.Combine(Cache, Finished)))
            {
                AssertWhole();
                Assert.Equal(0, (await Foundry.RunAsync("model", "remove", Model)).ExitCode);
                whole++;
            }
            else if (Directory.Exists(Path.Combine(Cache, ".downloads", Finished)))
            {
                begun++;
            }
            else
            {
                empty++;
            }
        }

        ProgramRun run = await Foundry.RunAsync("model", "download", Model);
        Assert.True(run.ExitCode == 0, run.Error);
        AssertWhole();
        AssertNoStrays();
        Assert.Equal([".downloads", ".downloads/acme", ".downloads/acme/acme--tiny-0.lock", "acme", Finished, .. Files()], Entries());
        Assert.Equal(0, (await Foundry.RunAsync("cache", "verify")).ExitCode);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{kills} kills (set {KillsVariable} for another number), seed {seed}: {empty} before anything was written, {begun} half-way, {whole} with a whole model; "
            + $"{Hub.SentBytes / 1e6:F0} MB sent for {whole + 1} models of {TotalBytes / 1e6:F0} MB; {watch.Elapsed.TotalSeconds:F0} s"));
    }

    /// <summary>The same where what was downloaded is still to be compiled.</summary>
    [Fact]
    public async Task A_checkpoint_whose_compilation_is_killed_is_compiled_anew()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.EnumerateFiles(TinyCheckpoint.Write(folder)))
            Hub.Files[Path.GetFileName(file)] = await File.ReadAllBytesAsync(file);
        var random = new Random();
        for (int kill = 0; kill < 4 && !Directory.Exists(Path.Combine(Cache, Finished)); kill++)
        {
            await KillAsync(kill == 0 ? TotalBytes : 0, TimeSpan.FromMilliseconds(random.Next(100, 1500)));
            AssertNoStrays();
        }

        ProgramRun run = await Foundry.RunAsync("model", "download", Model);

        Assert.True(run.ExitCode == 0, run.Error);
        AssertNoStrays();
        Assert.False(Directory.Exists(Path.Combine(Cache, ".downloads", Finished)));
        Assert.Equal(0, (await Foundry.RunAsync("cache", "verify")).ExitCode);
        Assert.DoesNotContain(Entries(), entry => entry.EndsWith(".safetensors", StringComparison.Ordinal));
    }

    private async Task KillAsync(long afterBytes, TimeSpan andThen)
    {
        var reached = new TaskCompletionSource();
        long sent = 0;
        Hub.OnChunk = length =>
        {
            if (Interlocked.Add(ref sent, length) >= afterBytes)
                reached.TrySetResult();
            if (Interlocked.Add(ref _beforeCut, -length) > 0)
                return Task.FromResult(true);
            Interlocked.Exchange(ref _beforeCut, CutEvery);
            return Task.FromResult(false);
        };
        using Process process = Foundry.Start("model", "download", Model);
        if (afterBytes > 0)
            await Task.WhenAny(reached.Task, process.WaitForExitAsync());
        using (var timer = new PeriodicTimer(andThen))
            await timer.WaitForNextTickAsync();
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Whatever is not a finished model lies in the folder of downloads, and below it in the model's own.</summary>
    private void AssertNoStrays()
    {
        foreach (string entry in Entries().Where(entry => entry.Length > 0))
        {
            Assert.True(
                entry is ".downloads" or ".downloads/acme" or ".downloads/acme/acme--tiny-0.lock" or "acme" or Finished
                || entry == $".downloads/{Finished}" || entry.StartsWith($".downloads/{Finished}/", StringComparison.Ordinal) || entry.StartsWith($"{Finished}/", StringComparison.Ordinal),
                $"{entry} is a stray.");
        }
    }

    private void AssertWhole()
    {
        foreach ((string name, byte[] content) in Hub.Files)
            Assert.True(File.ReadAllBytes(Path.Combine(Cache, Finished, name)).AsSpan().SequenceEqual(content), $"{name} differs.");
        Assert.Equal(Files(), Entries().Where(entry => entry.StartsWith($"{Finished}/", StringComparison.Ordinal)));
    }

    private IEnumerable<string> Files() => Hub.Files.Keys.Concat(["ingot_manifest.json", "inference_model.json"]).Select(name => $"{Finished}/{name}").Order(StringComparer.Ordinal);

    private IEnumerable<string> Entries() => Directory.Exists(Cache)
        ? Directory.EnumerateFileSystemEntries(Cache, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Cache, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal)
        : [];
}

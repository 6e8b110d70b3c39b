using Ingot.Models.Catalog;
using Ingot.Models.Download;
using Ingot.Models.Store;
using Ingot.Models.Tests.Hub;
using Ingot.Testing;

namespace Ingot.Models.Tests.Download;

/// <summary>A hub, an empty cache, and a store between them with small segments and hardly any patience.</summary>
public sealed class DownloadBench : IAsyncDisposable
{
    internal const int SegmentBytes = 32 << 10;

    private DownloadBench(TestHub hub)
    {
        Hub = hub;
        Options = new DownloadOptions
        {
            HubEndpoint = hub.Address,
            Connections = 4,
            SegmentBytes = SegmentBytes,
            SegmentsPerRequest = 2,
            RetryDelay = TimeSpan.FromMilliseconds(1),
            MaxRetries = 3,
            StallTime = Waits.Longest,
            LockPollTime = TimeSpan.FromMilliseconds(5),
        };
        Entry = HubReference.Parse($"hf:{TestHub.Repository}").ToEntry();
    }

    public TestHub Hub { get; }

    public TemporaryFolder Folder { get; } = new();

    public ModelEntry Entry { get; set; }

    public List<DownloadProgress> Reports { get; } = [];

    internal DownloadOptions Options { get; set; }

    internal ICheckpointCompiler? Compiler { get; set; }

    internal ModelStore Store => new(Folder["cache"], Options, Compiler);

    internal ModelPlace Place => ModelPlace.Of(Store.Location, Entry);

    public static async Task<DownloadBench> CreateAsync(int dataBytes = 300_000)
    {
        var bench = new DownloadBench(await TestHub.StartAsync());
        bench.Hub.AddModel(dataBytes);
        return bench;
    }

    public Task<string> FetchAsync(CancellationToken cancellationToken = default) =>
        Store.FetchAsync(Entry, new Listener(Reports), cancellationToken);

    /// <summary>Checks that the folder holds exactly the hub's files and our two, that nothing unfinished is left, and that progress rose to 100.</summary>
    public void AssertWhole(string path)
    {
        Assert.Equal(Place.Final, path);
        Assert.Equal(
            Hub.Files.Keys.Append(FolderManifest.FileName).Append(FolderManifest.DeclarationFile).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var (name, content) in Hub.Files)
            Assert.True(File.ReadAllBytes(Path.Combine(path, name)).AsSpan().SequenceEqual(content), $"{name} differs.");
        Assert.False(Directory.Exists(Place.Staging));
        Assert.Equal(Reports.Select(report => report.Percent).Order(), Reports.Select(report => report.Percent));
        Assert.Equal(100, Reports[^1].Percent);
        Assert.Single(Reports, report => report.Percent == 100);
    }

    public void AssertNothingInTheCache() =>
        Assert.False(Directory.Exists(Place.Final), "There is a folder under the model's name.");

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        Folder.Dispose();
    }

    private sealed class Listener(List<DownloadProgress> reports) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => reports.Add(value);
    }
}

using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Models.Store;
using Ingot.Testing;

namespace Ingot.Models.Tests.Store;

public sealed class ModelStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ModelStore _store;

    public ModelStoreTests() => _store = new ModelStore(Path.Combine(_folder.Path, "cache"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_model_here_is_cached_and_downloads_at_once()
    {
        var path = _folder.AddModel("elsewhere/m");
        var entry = FixedSource.Entry("m:1", "m", path: path);
        var progress = new Progress();

        await _store.DownloadAsync(entry, progress);

        Assert.True(_store.IsCached(entry));
        Assert.Equal(path, _store.GetPath(entry));
        Assert.Equal([100], progress.Reports);
    }

    [Fact]
    public async Task A_model_elsewhere_is_refused_by_its_address()
    {
        var entry = FixedSource.Entry("m:1", "m") with { Uri = "s3://models/m" };

        Assert.False(_store.IsCached(entry));
        Assert.Equal(ErrorCode.ModelNotFound, Assert.Throws<IngotException>(() => _store.GetPath(entry)).Code);
        var refusal = await Assert.ThrowsAsync<IngotException>(() => _store.DownloadAsync(entry));
        Assert.Equal(ErrorCode.UnsupportedValue, refusal.Code);
        Assert.Contains("s3://models/m", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Removing_deletes_the_folder_and_what_is_empty_above_it()
    {
        var path = _folder.AddModel("cache/Publisher/m-1/v1");
        var neighbour = _folder.AddModel("cache/Publisher/n-1");

        _store.Remove(FixedSource.Entry("m:1", "m", path: path));

        Assert.False(Directory.Exists(Path.Combine(_store.Location, "Publisher", "m-1")));
        Assert.True(Directory.Exists(neighbour));
        _store.Remove(FixedSource.Entry("n:1", "n", path: neighbour));
        Assert.True(Directory.Exists(_store.Location));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_store.Location));
    }

    [Theory]
    [InlineData("elsewhere/m")]
    [InlineData("cache")]
    [InlineData("cache-of-another/m")]
    [InlineData("cache/../elsewhere/m")]
    public void Files_outside_the_cache_are_never_removed(string place)
    {
        var path = _folder.AddModel(place);

        var refusal = Assert.Throws<IngotException>(() => _store.Remove(FixedSource.Entry("m:1", "m", path: path)));

        Assert.Equal(ErrorCode.Conflict, refusal.Code);
        Assert.True(File.Exists(Path.Combine(path, "genai_config.json")));
    }

    [Fact]
    public void Files_behind_a_link_in_the_cache_are_never_removed()
    {
        var outside = _folder.AddModel("elsewhere/m");
        Directory.CreateDirectory(_store.Location);
        Directory.CreateSymbolicLink(Path.Combine(_store.Location, "link"), Path.GetDirectoryName(outside)!);

        Assert.Equal(ErrorCode.Conflict, Assert.Throws<IngotException>(
            () => _store.Remove(FixedSource.Entry("m:1", "m", path: Path.Combine(_store.Location, "link", "m")))).Code);
        Assert.True(File.Exists(Path.Combine(outside, "genai_config.json")));
    }

    private sealed class Progress : IProgress<double>
    {
        public List<double> Reports { get; } = [];

        public void Report(double value) => Reports.Add(value);
    }
}

using Ingot.Errors;
using Ingot.Models.Download;
using Ingot.Models.Store;
using Ingot.Models.Tests.Hub;
using Ingot.Testing;

namespace Ingot.Models.Tests.Download;

/// <summary>Downloads that were ended half-way, and several at once.</summary>
public sealed class ResumeTests
{
    private const int DataBytes = 1_000_000;
    private const string Data = "model.onnx.data";

    [Fact]
    public async Task What_is_there_after_a_cancel_is_not_fetched_again()
    {
        await using var bench = await DownloadBench.CreateAsync(DataBytes);
        await CancelAfterAsync(bench, DataBytes / 2);
        var before = bench.Hub.SentBytes;
        Assert.InRange(before, DataBytes / 2, DataBytes);
        bench.AssertNothingInTheCache();
        Assert.False(bench.Store.IsCached(bench.Entry));

        bench.AssertWhole(await bench.FetchAsync());

        // Each of four connections may have had two segments under way.
        var total = bench.Hub.Files.Values.Sum(content => content.LongLength);
        Assert.InRange(bench.Hub.SentBytes, total, total + (9 * DownloadBench.SegmentBytes));
    }

    [Fact]
    public async Task Bytes_that_changed_since_are_fetched_again()
    {
        await using var bench = await DownloadBench.CreateAsync(DataBytes);
        await CancelAfterAsync(bench, DataBytes / 2);
        using (var file = File.OpenWrite(Path.Combine(bench.Place.Content, Data)))
        {
            for (var position = 0; position < DataBytes; position += DownloadBench.SegmentBytes)
            {
                file.Position = position;
                file.WriteByte(0xAA);
            }
        }

        bench.AssertWhole(await bench.FetchAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("something else\n")]
    [InlineData("ingot-download-1 32768 99\nhalf a li")]
    [InlineData("ingot-download-1 999 99\n")]
    public async Task A_journal_that_was_cut_off_or_is_another_programs_does_no_harm(string journal)
    {
        await using var bench = await DownloadBench.CreateAsync(DataBytes);
        await CancelAfterAsync(bench, DataBytes / 2);
        File.WriteAllText(bench.Place.Journal, journal);

        bench.AssertWhole(await bench.FetchAsync());
    }

    [Fact]
    public async Task A_record_for_bytes_that_were_never_written_is_not_believed()
    {
        await using var bench = await DownloadBench.CreateAsync(DataBytes);
        await CancelAfterAsync(bench, DataBytes / 2);
        using (var file = File.OpenWrite(Path.Combine(bench.Place.Content, Data)))
        {
            file.SetLength(0);
            file.SetLength(DataBytes);
        }

        bench.AssertWhole(await bench.FetchAsync());
    }

    [Fact]
    public async Task Files_of_an_earlier_state_do_not_become_part_of_the_model()
    {
        await using var bench = await DownloadBench.CreateAsync(DataBytes);
        bench.Hub.Files["old.onnx"] = TestHub.Bytes(3000, 5);
        await CancelAfterAsync(bench, DataBytes / 2);
        bench.Hub.Files.TryRemove("old.onnx", out _);
        bench.Hub.Files["model.onnx"] = TestHub.Bytes(40_000, 6);

        bench.AssertWhole(await bench.FetchAsync());
    }

    [Fact]
    public async Task Several_who_ask_at_once_share_one_download()
    {
        await using var bench = await DownloadBench.CreateAsync(DataBytes);

        var paths = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => bench.Store.FetchAsync(bench.Entry, null)));

        Assert.All(paths, path => Assert.Equal(bench.Place.Final, path));
        Assert.Equal(bench.Hub.Files.Values.Sum(content => content.LongLength), bench.Hub.SentBytes);
    }

    [Fact]
    public async Task Who_waits_for_another_sees_the_others_progress_and_takes_over_when_it_gives_up()
    {
        await using var bench = await DownloadBench.CreateAsync(DataBytes);
        using var first = new CancellationTokenSource();
        var half = new TaskCompletionSource();
        var waited = new TaskCompletionSource();
        bench.Hub.OnChunk = async _ =>
        {
            if (bench.Hub.SentBytes > DataBytes / 2)
            {
                half.TrySetResult();
                await waited.Task;
            }

            return true;
        };
        var downloading = bench.Store.FetchAsync(bench.Entry, null, first.Token);
        await half.Task;
        var seen = new Watcher(waited);
        var waiting = bench.Store.FetchAsync(bench.Entry, seen);
        await waited.Task.WaitAsync(Waits.Longest);
        await first.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => downloading);
        Assert.Equal(bench.Place.Final, await waiting);
        Assert.Equal(100, seen.Last.Percent);
    }

    [Fact]
    public async Task A_model_under_way_cannot_be_removed_and_an_unfinished_one_can()
    {
        await using var bench = await DownloadBench.CreateAsync(DataBytes);
        await CancelAfterAsync(bench, DataBytes / 2);
        using (ModelLock.Take(bench.Place.LockFile, "tiny"))
        {
            Assert.Equal(ErrorCode.Conflict, Assert.Throws<IngotException>(() => bench.Store.Remove(bench.Entry)).Code);
        }

        bench.Store.Remove(bench.Entry);

        Assert.False(Directory.Exists(bench.Place.Staging));
        Assert.Equal(ErrorCode.ModelNotFound, Assert.Throws<IngotException>(() => bench.Store.Remove(bench.Entry)).Code);
    }

    [Fact]
    public async Task A_folder_of_another_program_is_left_alone()
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Folder.Write("cache/acme/acme--tiny-0/download.tmp", "");

        var refusal = await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync());

        Assert.Equal(ErrorCode.Conflict, refusal.Code);
        Assert.Contains(bench.Place.Final, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listener_that_throws_ends_the_download_with_its_exception()
    {
        await using var bench = await DownloadBench.CreateAsync(DataBytes);

        await Assert.ThrowsAsync<FormatException>(() => bench.Store.DownloadAsync(bench.Entry, new Thrower()));

        bench.AssertWhole(await bench.FetchAsync());
    }

    [Fact]
    public async Task A_damaged_file_is_found_by_checking()
    {
        await using var bench = await DownloadBench.CreateAsync();
        var path = await bench.FetchAsync();
        var entry = bench.Entry;
        Assert.Equal((true, 4, 0), Counts(await bench.Store.VerifyAsync(entry)));

        using (var file = File.OpenWrite(Path.Combine(path, Data)))
            file.WriteByte(0x55);
        File.Delete(Path.Combine(path, "tokenizer.json"));
        using (var file = File.OpenWrite(Path.Combine(path, "model.onnx")))
            file.SetLength(7);
        var found = await bench.Store.VerifyAsync(entry);

        Assert.Equal((true, 4, 3), Counts(found));
        Assert.Contains(found.Faults, fault => fault.StartsWith("model.onnx.data is not what was downloaded", StringComparison.Ordinal));
        Assert.Contains("tokenizer.json is missing.", found.Faults);
        Assert.Contains("model.onnx has 7 bytes instead of 40000.", found.Faults);
    }

    [Fact]
    public async Task A_folder_of_this_machine_is_imported_whole()
    {
        using var folder = new TemporaryFolder();
        var source = folder.AddModel("mine", "My-Model-generic-cpu:3");
        folder.Write("mine/sub/extra.json", "{}");
        var store = new ModelStore(folder["cache"]);

        var entry = await store.ImportAsync(source);

        Assert.Equal("My-Model-generic-cpu:3", entry.Id);
        Assert.Equal(Path.Combine(store.Location, "Local", "My-Model-generic-cpu-3"), entry.LocalPath);
        Assert.True(File.Exists(Path.Combine(entry.LocalPath!, "sub", "extra.json")));
        Assert.Equal((true, 2, 0), Counts(await store.VerifyAsync(entry)));
        Assert.Equal(ErrorCode.Conflict, (await Assert.ThrowsAsync<IngotException>(() => store.ImportAsync(source))).Code);
        Assert.Equal("other:0", (await store.ImportAsync(source, "other")).Id);
        Assert.Equal(ErrorCode.InvalidValue, (await Assert.ThrowsAsync<IngotException>(() => store.ImportAsync(source, "../x"))).Code);
        Assert.Equal(ErrorCode.ModelInvalid, (await Assert.ThrowsAsync<IngotException>(() => store.ImportAsync(folder.Path))).Code);
    }

    private static (bool IsListed, int Files, int Faults) Counts(FolderCheckResult result) => (result.IsListed, result.Files, result.Faults.Count);

    private static async Task CancelAfterAsync(DownloadBench bench, int bytes)
    {
        using var cancel = new CancellationTokenSource();
        bench.Hub.OnChunk = async _ =>
        {
            if (bench.Hub.SentBytes < bytes)
                return true;
            await cancel.CancelAsync();
            return false;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.FetchAsync(cancel.Token));
        bench.Hub.OnChunk = null;
        bench.Reports.Clear();
    }

    private sealed class Watcher(TaskCompletionSource seen) : IProgress<DownloadProgress>
    {
        public DownloadProgress Last { get; private set; }

        public void Report(DownloadProgress value)
        {
            Last = value;
            if (value.Percent > 20)
                seen.TrySetResult();
        }
    }

    private sealed class Thrower : IProgress<double>
    {
        public void Report(double value)
        {
            if (value > 50)
                throw new FormatException();
        }
    }
}

using Ingot.Models.Store;
using Ingot.Testing;
using Clock = Ingot.Testing.ManualTime;

namespace Ingot.Models.Tests.Store;

/// <summary>Waiting for a lock that is a file.</summary>
public sealed class FileLockTests : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly TemporaryFolder _folder = new();
    private readonly Clock _time = new();

    private string Lock => _folder["a/file.lock"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_free_lock_is_taken_at_once_also_without_patience()
    {
        using FileLock? taken = await TakeAsync(TimeSpan.Zero);

        Assert.NotNull(taken);
        Assert.Null(await TakeAsync(TimeSpan.Zero));
    }

    [Fact]
    public async Task Who_waits_has_it_soon_after_it_is_given_back()
    {
        FileLock first = FileLock.TryTake(Lock)!;
        Task<FileLock?> second = TakeAsync(TimeSpan.FromSeconds(1));
        await _time.TimerAsync(Step);
        Assert.False(second.IsCompleted);

        first.Dispose();
        _time.Advance(Step);

        using FileLock? taken = await second;
        Assert.NotNull(taken);
    }

    [Fact]
    public async Task Patience_has_an_end()
    {
        using FileLock first = FileLock.TryTake(Lock)!;
        Task<FileLock?> second = TakeAsync(2 * Step);
        await _time.TimerAsync(Step);
        _time.Advance(Step);
        await _time.TimerAsync(Step);
        Assert.False(second.IsCompleted);

        _time.Advance(Step);

        Assert.Null(await second);
    }

    [Fact]
    public async Task Waiting_can_be_given_up()
    {
        using FileLock first = FileLock.TryTake(Lock)!;
        using var giveUp = new CancellationTokenSource();
        Task<FileLock?> second = FileLock.TakeAsync(Lock, TimeSpan.FromSeconds(1), _time, giveUp.Token);
        await _time.TimerAsync(Step);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public async Task Changes_under_the_lock_made_at_the_same_time_are_all_there()
    {
        string file = _folder["count"];
        AtomicFile.Write(file, "0"u8.ToArray(), FileReaders.Owner);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => AddAsync(file)));

        Assert.Equal("16", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    private async Task AddAsync(string file)
    {
        using FileLock? held = await FileLock.TakeAsync(Lock, Waits.Longest, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.NotNull(held);
        int count = int.Parse(await File.ReadAllTextAsync(file), System.Globalization.CultureInfo.InvariantCulture);
        AtomicFile.Write(file, System.Text.Encoding.ASCII.GetBytes($"{count + 1}"), FileReaders.Owner);
    }

    private Task<FileLock?> TakeAsync(TimeSpan patience) => FileLock.TakeAsync(Lock, patience, _time, TestContext.Current.CancellationToken);
}

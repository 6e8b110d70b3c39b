using Ingot.Cli.Background;
using Ingot.Testing;

namespace Ingot.Cli.Tests.Service;

/// <summary>The service's log: bounded, and readable while it is written.</summary>
public sealed class LogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_log_never_takes_more_than_three_files_of_its_size()
    {
        using (var log = new RollingLog(_folder["service.log"], maxBytes: 1000))
        {
            for (int line = 0; line < 1000; line++)
                log.WriteLine($"line {line}");
        }

        Assert.Equal(["service.log", "service.log.1", "service.log.2"], _folder.Names);
        Assert.All(_folder.Names, name => Assert.InRange(new FileInfo(_folder[name]).Length, 1, 1000));
        string[] kept = [.. new[] { "service.log.2", "service.log.1", "service.log" }.SelectMany(name => File.ReadAllLines(_folder[name]))];
        Assert.Equal(Enumerable.Range(1000 - kept.Length, kept.Length).Select(line => $"line {line}"), kept);
    }

    [Fact]
    public void A_log_goes_on_where_the_last_one_ended()
    {
        using (var first = new RollingLog(_folder["service.log"]))
            first.WriteLine("one");
        using (var second = new RollingLog(_folder["service.log"]))
            second.WriteLine("two");

        Assert.Equal(["one", "two"], File.ReadAllLines(_folder["service.log"]));
    }

    [Fact]
    public async Task A_follower_reads_on_past_the_beginning_of_a_new_file()
    {
        using var log = new RollingLog(_folder["service.log"], maxBytes: 4000);
        log.WriteLine("line 0");
        using var reader = new LogReader(_folder["service.log"]);
        var output = new AwaitedText();
        await reader.PrintEndAsync(output, 10, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        Task following = reader.FollowAsync(output, stop.Token);

        foreach (int[] lines in Enumerable.Range(1, 599).Chunk(200))
        {
            foreach (int line in lines)
                log.WriteLine($"line {line}");
            await output.Contains($"line {lines[^1]}\n").WaitAsync(Waits.Longest);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
        Assert.Equal(Enumerable.Range(0, 600).Select(line => $"line {line}"), output.ToString().TrimEnd().Split('\n'));
    }

    /// <summary>Text that can be waited for.</summary>
    private sealed class AwaitedText : StringWriter
    {
        private readonly Lock _lock = new();
        private (string Text, TaskCompletionSource Seen)? _wanted;

        public Task Contains(string text)
        {
            lock (_lock)
            {
                _wanted = (text, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                Look();
                return _wanted.Value.Seen.Task;
            }
        }

        public override Task WriteAsync(string? value)
        {
            lock (_lock)
            {
                Write(value);
                Look();
            }

            return Task.CompletedTask;
        }

        public override Task WriteLineAsync(string? value) => WriteAsync(value + "\n");

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        private void Look()
        {
            if (_wanted is { } wanted && ToString().Contains(wanted.Text, StringComparison.Ordinal))
                wanted.Seen.TrySetResult();
        }
    }
}

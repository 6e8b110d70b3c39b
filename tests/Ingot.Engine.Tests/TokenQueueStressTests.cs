using System.Diagnostics;
using Ingot.Testing;

namespace Ingot.Engine.Tests;

/// <summary>
/// A queue between threads that do not wait for each other. A wake-up that got lost leaves a reader waiting for good, which the
/// patience of a test ends: nobody waits so long for one event, however many others want the cores.
/// </summary>
public sealed class TokenQueueStressTests
{
    private const int Window = 4096;

    // Who takes turns has to be given a core for each: where that takes long, fewer will do.
    private static readonly TimeSpan LongestTurns = TimeSpan.FromSeconds(20);

    /// <summary>How many events, how many of them are put in before each wake-up, and whether the writer then waits until they are read.</summary>
    [Theory]
    [InlineData(1_000_000, 1, false)]
    [InlineData(3_000_000, 7, false)]
    [InlineData(50_000, 1, true)]
    [InlineData(50_000, 3, true)]
    public void Between_two_threads_every_event_arrives_in_order(int count, int together, bool inTurns)
    {
        var reader = new PollingReader(new TokenQueue(default), Waits.Longest);
        var thread = new Thread(reader.Read);
        thread.Start();
        long began = Stopwatch.GetTimestamp();
        int put = 0;
        while (put < count && !reader.HasFailed && !(inTurns && Stopwatch.GetElapsedTime(began) > LongestTurns))
        {
            for (int i = 0; i < together && put < count; i++)
                reader.Queue.Put(new TokenEvent(put++));
            reader.Queue.Execute();
            reader.WaitUntilRead(put - (inTurns ? 0 : Window));
        }

        reader.Queue.Complete();
        thread.Join();

        Assert.Null(reader.Failure);
        Assert.Equal(put, reader.ReadCount);
    }

    /// <summary>As in the engine: who puts in has the reader woken by others, who come late, two at once and for nothing.</summary>
    [Fact]
    public void Several_who_wake_wake_once_for_each_wait()
    {
        const int Count = 1_000_000;
        var reader = new PollingReader(new TokenQueue(default), Waits.Longest);
        bool isDone = false;
        void Wake()
        {
            while (!Volatile.Read(ref isDone))
                reader.Queue.Execute();
        }

        Thread[] threads = [new(reader.Read), new(Wake), new(Wake)];
        foreach (Thread thread in threads)
            thread.Start();
        for (int put = 0; put < Count && !reader.HasFailed; put++)
        {
            reader.Queue.Put(new TokenEvent(put));
            reader.WaitUntilRead(put - Window);
        }

        reader.Queue.Complete();
        threads[0].Join();
        Volatile.Write(ref isDone, true);
        threads[1].Join();
        threads[2].Join();

        Assert.Null(reader.Failure);
        Assert.Equal(Count, reader.ReadCount);
    }

    /// <summary>The continuation runs on whichever thread wakes, as with an async loop.</summary>
    [Fact]
    public async Task A_reader_that_goes_on_where_it_is_woken_gets_every_event()
    {
        const int Count = 1_000_000;
        var queue = new TokenQueue(default);
        async Task<int> ReadAsync()
        {
            int read = 0;
            await foreach (TokenEvent next in queue)
            {
                if (next.Token != read++)
                    throw new InvalidOperationException($"Event {next.Token} came as number {read - 1}.");
            }

            return read;
        }

        Task<int> reads = ReadAsync();
        bool isDone = false;
        var other = new Thread(() =>
        {
            while (!Volatile.Read(ref isDone))
                queue.Execute();
        });
        other.Start();
        for (int put = 0; put < Count; put++)
        {
            queue.Put(new TokenEvent(put));
            if (put % 3 == 0)
                queue.Execute();
        }

        Volatile.Write(ref isDone, true);
        other.Join();
        queue.Complete();

        Assert.Equal(Count, await reads.WaitAsync(Waits.Longest, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Whoever_cancels_in_the_middle_ends_it_after_some_beginning()
    {
        long began = Stopwatch.GetTimestamp();
        for (int round = 0; round < 5000 && Stopwatch.GetElapsedTime(began) < LongestTurns; round++)
        {
            using var cancel = new CancellationTokenSource();
            var queue = new TokenQueue(cancel.Token);
            Task<int> reads = ReadToCancelAsync(queue);
            var cancels = Task.Factory.StartNew(cancel.Cancel, TestContext.Current.CancellationToken, TaskCreationOptions.None, TaskScheduler.Default);
            int put = 0;
            for (; put < 200 && !queue.IsLeft; put++)
            {
                queue.Put(new TokenEvent(put));
                queue.Execute();
            }

            Assert.InRange(await reads.WaitAsync(Waits.Longest, TestContext.Current.CancellationToken), 0, put);
            await cancels;
        }
    }

    private static async Task<int> ReadToCancelAsync(TokenQueue queue)
    {
        int read = 0;
        try
        {
            await foreach (TokenEvent next in queue)
                Assert.Equal(read++, next.Token);
        }
        catch (OperationCanceledException)
        {
            return read;
        }

        throw new InvalidOperationException("It ended as if nobody had cancelled it.");
    }

    /// <summary>A reader on a thread of its own, which looks whether it was woken: whoever wakes it only says so.</summary>
    private sealed class PollingReader(TokenQueue queue, TimeSpan patience) : SynchronizationContext
    {
        private SendOrPostCallback? _continuation;
        private object? _state;
        private int _read;
        private Exception? _failure;

        public TokenQueue Queue => queue;

        public int ReadCount => Volatile.Read(ref _read);

        public Exception? Failure => Volatile.Read(ref _failure);

        public bool HasFailed => Failure is not null;

        public override void Post(SendOrPostCallback d, object? state)
        {
            _state = state;
            Volatile.Write(ref _continuation, d);
        }

        public void Read()
        {
            SetSynchronizationContext(this);
            long woken = Stopwatch.GetTimestamp();
            Task reads = ReadAsync();
            var wait = new SpinWait();
            while (!reads.IsCompleted && !HasFailed)
            {
                if (Volatile.Read(ref _continuation) is { } goOn)
                {
                    _continuation = null;
                    goOn(_state);
                    wait = default;
                    woken = Stopwatch.GetTimestamp();
                }
                else if (Stopwatch.GetElapsedTime(woken) > patience)
                {
                    Volatile.Write(ref _failure, new TimeoutException($"Nobody woke the reader of event {_read}."));
                }
                else
                {
                    wait.SpinOnce(sleep1Threshold: -1);
                }
            }
        }

        public void WaitUntilRead(int count)
        {
            var wait = new SpinWait();
            while (ReadCount < count && !HasFailed)
                wait.SpinOnce(sleep1Threshold: -1);
        }

        private async Task ReadAsync()
        {
            try
            {
                await foreach (TokenEvent next in queue)
                {
                    Assert.Equal(_read, next.Token);
                    Volatile.Write(ref _read, _read + 1);
                }
            }
            catch (Exception failure)
            {
                Volatile.Write(ref _failure, failure);
            }
        }
    }
}

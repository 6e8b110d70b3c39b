using Ingot.Compute.Threading;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Sampling;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests;

public sealed class IdleEngineTests
{
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(1.5);

    [Fact]
    public async Task Between_requests_the_threads_of_a_model_use_no_processor()
    {
        Assert.SkipWhen(ThreadTime.Obstacle is not null, ThreadTime.Obstacle ?? "");
        // As short as the system keeps it.
        const string Name = "io";
        var options = new EngineOptions { Name = Name, ThreadCount = 4, MaxSequences = 2, KvCacheBytes = 16 << 20 };
        ExecutorRunner runner = ExecutorRunner.Load(ModelFolder.Open(ShippedModel.Folder), options, TestContext.Current.CancellationToken);
        var members = new Members(runner.ThreadCount);
        runner.Share(members);
        using var engine = new InferenceEngine(runner, options, NullLogger<InferenceEngine>.Instance);
        int[] threads = [.. members.Threads.Skip(1), ThreadTime.Named($"Ingot engine {Name}")];
        Assert.Equal(4, threads.Distinct().Count());

        GenerationRequest request = new() { Prompt = Some.Prompt(1, 40), MaxTokens = 40, IgnoreEndOfSequence = true, Sampling = new SamplingOptions { Temperature = 0 } };
        TimeSpan loaded = ThreadTime.Of(threads);
        await engine.Generate(request, TestContext.Current.CancellationToken).Collect();
        TimeSpan before = ThreadTime.Of(threads);
        using var never = new ManualResetEvent(false);
        never.WaitOne(Watched);
        TimeSpan idle = ThreadTime.Of(threads) - before;

        Assert.True(before > loaded, "The threads that were watched had computed nothing.");
        Assert.True(idle < 0.02 * Watched, $"Idle threads used {idle.TotalMilliseconds:F1} ms of {Watched.TotalMilliseconds:F0}.");
    }

    private sealed class Members(int count) : ISharedWork
    {
        private int _inside;

        public int[] Threads { get; } = new int[count];

        // Nobody leaves before all have come.
        public void Execute(int member, int memberCount)
        {
            Threads[member] = ThreadTime.Current;
            Interlocked.Increment(ref _inside);
            while (Volatile.Read(ref _inside) < memberCount)
                Thread.Yield();
        }
    }
}

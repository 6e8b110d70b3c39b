using Ingot.Models.Catalog;
using Ingot.Models.Store;
using Ingot.Service.Hosting;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Service.Tests.Hosting;

/// <summary>A host over three tiny models whose loads end when and as the test says, by a clock the test moves.</summary>
public sealed class HostFixture : IAsyncDisposable
{
    private readonly ModelCatalog _catalog;
    private readonly Queue<(int Count, TaskCompletionSource Reached)> _awaited = [];
    private readonly List<FakeLoad> _loads = [];

    public HostFixture(TimeSpan? usualIdleTime = null, long? budgetMegabytes = null)
    {
        _catalog = FixedSource.Catalog(Model.Entry, Model.Entry with { Name = "other", Alias = "tiny" }, Model.Entry with { Name = "third", Alias = "third" });
        var budget = budgetMegabytes is { } megabytes ? new MemoryBudget(megabytes << 20, entry => Needs[entry.Name], () => FreeBytes) : null;
        Host = new ModelHost(_catalog, new ModelStore(Path.GetTempPath()), BeginLoad, NullLogger<ModelHost>.Instance, Time, usualIdleTime, budget);
    }

    /// <summary>What each model will need, by name.</summary>
    internal Dictionary<string, ModelNeed> Needs { get; } = [];

    /// <summary>What the machine has free.</summary>
    public long FreeBytes { get; set; } = long.MaxValue / 4;

    public TinyModel Model { get; } = new();

    public ManualTime Time { get; } = new();

    public ModelHost Host { get; }

    /// <summary>The loads begun so far.</summary>
    public IReadOnlyList<FakeLoad> Loads
    {
        get
        {
            lock (_loads)
                return [.. _loads];
        }
    }

    /// <summary>Loads <c>tiny:1</c> and leases it.</summary>
    public async Task<ModelLease> LeaseAsync(TimeSpan? timeToLive = null)
    {
        var lease = Host.AcquireAsync("tiny:1", timeToLive);
        Loads[^1].Succeed(Model);
        return await lease;
    }

    /// <summary>Loads a model.</summary>
    public async Task LoadAsync(ModelLoadOptions options, string model = "tiny:1")
    {
        var before = Loads.Count;
        var loading = Host.LoadAsync(model, options);
        if (Loads.Count > before)
            Loads[^1].Succeed(Model);
        await loading;
    }

    /// <summary>Waits until so many loads have begun.</summary>
    public Task WhenLoading(int count)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_loads)
        {
            if (_loads.Count >= count)
                return Task.CompletedTask;
            _awaited.Enqueue((count, reached));
        }

        return reached.Task;
    }

    public static Task WhenCancelled(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(cancelled.SetResult);
        return cancelled.Task;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var load in Loads)
            load.Result.TrySetCanceled();
        var disposing = Host.DisposeAsync().AsTask();
        while (!disposing.IsCompleted)
        {
            // A test that failed may have left a lease behind.
            Time.Advance(ModelHost.DrainTime);
            await Task.Yield();
        }

        await disposing;
        _catalog.Dispose();
        Model.Dispose();
    }

    private Task<LoadedModel> BeginLoad(LoadPlan plan, CancellationToken cancellationToken)
    {
        var load = new FakeLoad(plan.Entry, plan.CacheBytes, cancellationToken);
        lock (_loads)
        {
            _loads.Add(load);
            while (_awaited.TryPeek(out var next) && _loads.Count >= next.Count)
                _awaited.Dequeue().Reached.SetResult();
        }

        return load.Result.Task;
    }
}

/// <summary>A load that ends when and as the test says.</summary>
public sealed record FakeLoad(ModelEntry Entry, long? CacheBytes, CancellationToken Cancelled)
{
    public TaskCompletionSource<LoadedModel> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Succeed(TinyModel model, long memoryBytes = 0) =>
        Result.SetResult(model.Load(new FakeRunner { VocabularySize = TinyModel.End + 3, EndOfSequenceIds = [TinyModel.End], MemoryBytes = memoryBytes }));
}

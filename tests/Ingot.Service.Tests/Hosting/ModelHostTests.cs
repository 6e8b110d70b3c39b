using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Models.Store;
using Ingot.Service.Hosting;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Service.Tests.Hosting;

public sealed class ModelHostTests : IAsyncLifetime
{
    private readonly TinyModel _model = new();
    private readonly ManualTime _time = new();
    private readonly ModelEntry _other;
    private readonly ModelCatalog _catalog;
    private readonly ModelHost _host;
    private readonly List<(ModelEntry Entry, TaskCompletionSource<LoadedModel> Result, CancellationToken Cancelled)> _loads = [];

    public ModelHostTests()
    {
        _other = _model.Entry with { Name = "other", Alias = "tiny" };
        _catalog = FixedSource.Catalog(_model.Entry, _other);
        _host = new ModelHost(_catalog, new ModelStore(Path.GetTempPath()), BeginLoad, NullLogger<ModelHost>.Instance, _time);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var load in _loads)
            load.Result.TrySetCanceled();
        await _host.DisposeAsync();
        _catalog.Dispose();
        _model.Dispose();
    }

    [Fact]
    public async Task Those_who_want_one_model_share_one_load()
    {
        var first = _host.AcquireAsync("tiny:1");
        var second = _host.AcquireAsync("TINY:1");
        Assert.Empty(_host.Loaded);

        Assert.Single(_loads).Result.SetResult(_model.Load());

        using var one = await first;
        using var two = await second;
        Assert.Same(one.Model, two.Model);
        Assert.Equal("tiny:1", Assert.Single(_host.Loaded).Id);
    }

    [Fact]
    public async Task Different_models_load_side_by_side()
    {
        var first = _host.LoadAsync("tiny:1");
        var second = _host.LoadAsync("other");
        Assert.Equal(2, _loads.Count);

        _loads[1].Result.SetResult(_model.Load());
        await second;
        Assert.False(first.IsCompleted);
        _loads[0].Result.SetResult(_model.Load());
        await first;
        Assert.Equal(["other:1", "tiny:1"], _host.Loaded.Select(entry => entry.Id));
    }

    [Fact]
    public async Task A_failed_load_reaches_all_who_wait_and_is_forgotten()
    {
        var first = _host.AcquireAsync("tiny:1");
        var second = _host.AcquireAsync("tiny:1");
        var fault = new IngotException(ErrorCode.ModelInvalid, "damaged");

        _loads[0].Result.SetException(fault);

        Assert.Same(fault, await Assert.ThrowsAsync<IngotException>(() => first));
        Assert.Same(fault, await Assert.ThrowsAsync<IngotException>(() => second));
        var third = _host.AcquireAsync("tiny:1");
        _loads[1].Result.SetResult(_model.Load());
        (await third).Dispose();
    }

    [Fact]
    public async Task One_who_gives_up_does_not_take_the_load_from_the_others()
    {
        using var impatience = new CancellationTokenSource();
        var impatient = _host.AcquireAsync("tiny:1", impatience.Token);
        var patient = _host.AcquireAsync("tiny:1");

        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.False(_loads[0].Cancelled.IsCancellationRequested);
        _loads[0].Result.SetResult(_model.Load());
        (await patient).Dispose();
    }

    [Fact]
    public async Task A_load_nobody_waits_for_is_given_up_and_a_later_request_begins_anew()
    {
        using var impatience = new CancellationTokenSource();
        var impatient = _host.AcquireAsync("tiny:1", impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);

        var again = _host.AcquireAsync("tiny:1");
        Assert.Single(_loads);
        await WhenCancelled(_loads[0].Cancelled);
        _loads[0].Result.SetResult(_model.Load());
        await WhenLoading(2);
        _loads[1].Result.SetResult(_model.Load());

        (await again).Dispose();
        Assert.Single(_host.Loaded);
    }

    [Fact]
    public async Task A_model_in_use_is_unloaded_by_force_only()
    {
        var lease = await LeaseAsync();
        Assert.Equal(ErrorCode.Conflict, (await Assert.ThrowsAsync<IngotException>(() => _host.UnloadAsync("tiny:1"))).Code);

        var unloading = _host.UnloadAsync("tiny:1", force: true);
        await WhenCancelled(lease.Revoked);
        Assert.False(unloading.IsCompleted);
        Assert.Empty(_host.Loaded);
        lease.Dispose();
        lease.Dispose();

        Assert.True(await unloading);
        Assert.Equal(ErrorCode.EngineStopped, Assert.Throws<IngotException>(() => lease.Model.Engine.Generate(new() { Prompt = [1] }, default)).Code);
    }

    [Fact]
    public async Task A_model_given_back_stays_loaded_until_it_is_unloaded()
    {
        (await LeaseAsync()).Dispose();

        using (await _host.AcquireAsync("tiny:1"))
            Assert.Single(_loads);
        Assert.True(await _host.UnloadAsync("tiny"));
        Assert.False(await _host.UnloadAsync("tiny"));
        Assert.Empty(_host.Loaded);
        Assert.Equal(ErrorCode.ModelNotFound, (await Assert.ThrowsAsync<IngotException>(() => _host.UnloadAsync("nothing"))).Code);
    }

    [Fact]
    public async Task Unloading_by_force_ends_a_load()
    {
        var waiting = _host.AcquireAsync("tiny:1");
        Assert.Equal(ErrorCode.Conflict, (await Assert.ThrowsAsync<IngotException>(() => _host.UnloadAsync("tiny:1"))).Code);

        var unloading = _host.UnloadAsync("tiny:1", force: true);
        await WhenCancelled(_loads[0].Cancelled);
        _loads[0].Result.SetCanceled();

        Assert.Equal(ErrorCode.EngineStopped, (await Assert.ThrowsAsync<IngotException>(() => waiting)).Code);
        Assert.True(await unloading);
    }

    [Fact]
    public async Task A_loaded_models_files_are_not_removed()
    {
        (await LeaseAsync()).Dispose();

        var refusal = await Assert.ThrowsAsync<IngotException>(() => _host.RemoveAsync("tiny:1"));

        Assert.Equal(ErrorCode.Conflict, refusal.Code);
        Assert.Contains("unload it first", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_host_loads_nothing()
    {
        (await LeaseAsync()).Dispose();
        await _host.DisposeAsync();

        Assert.Empty(_host.Loaded);
        Assert.Equal(ErrorCode.EngineStopped, (await Assert.ThrowsAsync<IngotException>(() => _host.AcquireAsync("tiny:1"))).Code);
    }

    [Fact]
    public async Task A_model_leaves_when_it_was_not_used_for_its_time_and_is_loaded_again_on_demand()
    {
        (await LeaseAsync(TimeSpan.FromSeconds(10))).Dispose();
        _time.Advance(TimeSpan.FromSeconds(9));
        var used = await _host.AcquireAsync("tiny:1");
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Single(_host.Loaded);
        used.Dispose();
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Single(_host.Loaded);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Empty(_host.Loaded);
        Assert.Throws<IngotException>(() => used.Model.Engine.Generate(new() { Prompt = [1] }, default));
        (await LeaseAsync()).Dispose();
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Single(_host.Loaded);
    }

    [Fact]
    public async Task The_last_time_to_live_that_was_said_holds()
    {
        (await LeaseAsync(TimeSpan.FromSeconds(10))).Dispose();
        (await _host.AcquireAsync("tiny:1", TimeSpan.FromDays(60))).Dispose();
        _time.Advance(TimeSpan.FromDays(61));
        Assert.Single(_host.Loaded);

        (await _host.AcquireAsync("tiny:1", TimeSpan.Zero)).Dispose();
        _time.Advance(TimeSpan.Zero);

        Assert.Empty(_host.Loaded);
    }

    [Fact]
    public async Task Where_nobody_says_the_hosts_own_time_to_live_holds()
    {
        await using var host = new ModelHost(
            _catalog, new ModelStore(Path.GetTempPath()), (_, _) => Task.FromResult(_model.Load()), NullLogger<ModelHost>.Instance, _time, TimeSpan.FromSeconds(3));

        await host.LoadAsync("tiny:1");
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Single(host.Loaded);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Empty(host.Loaded);
    }

    private async Task<ModelLease> LeaseAsync(TimeSpan? timeToLive = null)
    {
        var lease = _host.AcquireAsync("tiny:1", timeToLive);
        _loads[^1].Result.SetResult(_model.Load());
        return await lease;
    }

    private readonly Queue<(int Count, TaskCompletionSource Reached)> _awaited = [];

    private Task WhenLoading(int count)
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

    private static Task WhenCancelled(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(cancelled.SetResult);
        return cancelled.Task;
    }

    private Task<LoadedModel> BeginLoad(ModelEntry entry, CancellationToken cancellationToken)
    {
        var result = new TaskCompletionSource<LoadedModel>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_loads)
        {
            _loads.Add((entry, result, cancellationToken));
            while (_awaited.TryPeek(out var next) && _loads.Count >= next.Count)
                _awaited.Dequeue().Reached.SetResult();
        }

        return result.Task;
    }
}

using Ingot.Errors;
using Ingot.Service.Hosting;

namespace Ingot.Service.Tests.Hosting;

public sealed class ModelUnloadTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(30);

    private readonly HostFixture _fixture = new();

    private ModelHost Host => _fixture.Host;

    private IReadOnlyList<FakeLoad> Loads => _fixture.Loads;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Force_ends_the_work_of_those_who_use_a_model()
    {
        var lease = await _fixture.LeaseAsync();

        var unloading = Host.UnloadAsync("tiny:1", force: true);
        await HostFixture.WhenCancelled(lease.Revoked);
        Assert.False(unloading.IsCompleted);
        Assert.Empty(Host.Loaded);
        lease.Dispose();
        lease.Dispose();

        Assert.Equal(UnloadResult.Unloaded, await unloading);
        Assert.Equal(ErrorCode.EngineStopped, Assert.Throws<IngotException>(() => lease.Model.Engine.Generate(new() { Prompt = [1] }, default)).Code);
    }

    [Fact]
    public async Task Work_that_does_not_end_is_left_behind_when_its_time_is_over()
    {
        var lease = await _fixture.LeaseAsync();

        var unloading = Host.UnloadAsync("tiny:1", force: true);
        await _fixture.Time.TimerAsync(ModelHost.DrainTime);
        Assert.False(unloading.IsCompleted);
        _fixture.Time.Advance(ModelHost.DrainTime);

        Assert.Equal(UnloadResult.Unloaded, await unloading);
        lease.Dispose();
        Assert.Empty(Host.States);
    }

    [Fact]
    public async Task Without_force_requests_come_to_their_end_and_new_ones_load_the_model_again()
    {
        var lease = await _fixture.LeaseAsync();

        var unloading = Host.UnloadAsync("tiny:1");
        var next = Host.AcquireAsync("tiny:1");
        Assert.Equal(ModelState.Unloading, Assert.Single(Host.States).State);
        Assert.False(lease.Revoked.IsCancellationRequested);
        Assert.False(unloading.IsCompleted);
        Assert.Single(Loads);
        lease.Dispose();

        Assert.Equal(UnloadResult.Unloaded, await unloading);
        await _fixture.WhenLoading(2);
        Loads[1].Succeed(_fixture.Model);
        using var second = await next;
        Assert.NotSame(lease.Model, second.Model);
    }

    [Fact]
    public async Task What_waits_for_nobody_is_refused_while_a_model_is_used()
    {
        var lease = await _fixture.LeaseAsync();

        var refusal = await Assert.ThrowsAsync<IngotException>(() => Host.UnloadUnusedAsync(lease.Entry));
        Assert.Equal((ErrorCode.Conflict, "model"), (refusal.Code, refusal.Param));
        Assert.Equal(ModelState.Loaded, Assert.Single(Host.States).State);
        lease.Dispose();

        await Host.UnloadUnusedAsync(lease.Entry);
        Assert.Empty(Host.States);
        await Host.UnloadUnusedAsync(lease.Entry);
    }

    [Fact]
    public async Task Force_ends_the_patience_of_an_unload_without_it()
    {
        var lease = await _fixture.LeaseAsync();
        var patient = Host.UnloadAsync("tiny:1");

        var forced = Host.UnloadAsync("tiny:1", force: true);
        await HostFixture.WhenCancelled(lease.Revoked);
        lease.Dispose();

        Assert.Equal([UnloadResult.Unloaded, UnloadResult.Unloaded], await Task.WhenAll(patient, forced));
    }

    [Fact]
    public async Task One_who_stops_waiting_for_an_unload_does_not_stop_the_unload()
    {
        using var impatience = new CancellationTokenSource();
        var lease = await _fixture.LeaseAsync();

        var unloading = Host.UnloadAsync("tiny:1", force: false, impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unloading);
        var all = Host.UnloadAllAsync();
        lease.Dispose();

        await all;
        Assert.Empty(Host.States);
    }

    [Fact]
    public async Task Without_force_a_load_under_way_and_its_requests_come_to_their_end()
    {
        var waiting = Host.AcquireAsync("tiny:1");

        var unloading = Host.UnloadAsync("tiny:1");
        Loads[0].Succeed(_fixture.Model);
        var lease = await waiting;
        Assert.False(unloading.IsCompleted);
        lease.Dispose();

        Assert.Equal(UnloadResult.Unloaded, await unloading);
    }

    [Fact]
    public async Task Force_ends_a_load()
    {
        var waiting = Host.AcquireAsync("tiny:1");

        var unloading = Host.UnloadAsync("tiny:1", force: true);
        await HostFixture.WhenCancelled(Loads[0].Cancelled);
        Loads[0].Result.SetCanceled();

        Assert.Equal(ErrorCode.EngineStopped, (await Assert.ThrowsAsync<IngotException>(() => waiting)).Code);
        Assert.Equal(UnloadResult.Unloaded, await unloading);
    }

    [Fact]
    public async Task A_load_that_is_being_unloaded_and_that_nobody_waits_for_is_given_up()
    {
        using var impatience = new CancellationTokenSource();
        var waiting = Host.AcquireAsync("tiny:1", impatience.Token);
        var unloading = Host.UnloadAsync("tiny:1");

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await HostFixture.WhenCancelled(Loads[0].Cancelled);
        Loads[0].Result.SetCanceled();

        await unloading;
        Assert.Empty(Host.States);
    }

    [Fact]
    public async Task A_model_given_back_stays_loaded_until_it_is_unloaded()
    {
        (await _fixture.LeaseAsync()).Dispose();

        using (await Host.AcquireAsync("tiny:1"))
            Assert.Single(Loads);
        Assert.Equal(UnloadResult.Unloaded, await Host.UnloadAsync("tiny"));
        Assert.Equal(UnloadResult.NotLoaded, await Host.UnloadAsync("tiny"));
        Assert.Empty(Host.Loaded);
        Assert.Equal(ErrorCode.ModelNotFound, (await Assert.ThrowsAsync<IngotException>(() => Host.UnloadAsync("nothing"))).Code);
    }

    [Fact]
    public async Task A_model_loaded_with_a_time_to_live_stays_while_it_runs_unless_forced()
    {
        await _fixture.LoadAsync(new ModelLoadOptions { TimeToLive = Long });

        Assert.Equal(UnloadResult.KeptByTimeToLive, await Host.UnloadAsync("tiny:1"));
        await Host.UnloadAllAsync();
        Assert.Single(Host.Loaded);
        Assert.Equal(UnloadResult.Unloaded, await Host.UnloadAsync("tiny:1", force: true));
    }

    [Fact]
    public async Task A_later_load_without_a_time_to_live_takes_the_promise_back()
    {
        await _fixture.LoadAsync(new ModelLoadOptions { TimeToLive = Long });
        await _fixture.LoadAsync(new ModelLoadOptions());

        Assert.Equal(UnloadResult.Unloaded, await Host.UnloadAsync("tiny:1"));
    }

    [Fact]
    public async Task All_models_leave_together()
    {
        await _fixture.LoadAsync(new ModelLoadOptions { Pinned = true });
        await _fixture.LoadAsync(new ModelLoadOptions { TimeToLive = Long }, "other:1");

        await Host.UnloadAllAsync(force: true);

        Assert.Empty(Host.States);
    }
}

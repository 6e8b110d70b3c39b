using Ingot.Errors;
using Ingot.Service.Hosting;

namespace Ingot.Service.Tests.Hosting;

public sealed class ModelHostTests : IAsyncLifetime
{
    private readonly HostFixture _fixture = new();

    private ModelHost Host => _fixture.Host;

    private IReadOnlyList<FakeLoad> Loads => _fixture.Loads;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Those_who_want_one_model_share_one_load()
    {
        var first = Host.AcquireAsync("tiny:1");
        var second = Host.AcquireAsync("TINY:1");
        Assert.Empty(Host.Loaded);

        Assert.Single(Loads).Succeed(_fixture.Model);

        using var one = await first;
        using var two = await second;
        Assert.Same(one.Model, two.Model);
        Assert.Equal("tiny:1", Assert.Single(Host.Loaded).Id);
    }

    [Fact]
    public async Task Different_models_load_side_by_side()
    {
        var first = Host.LoadAsync("tiny:1");
        var second = Host.LoadAsync("other");
        Assert.Equal(2, Loads.Count);

        Loads[1].Succeed(_fixture.Model);
        await second;
        Assert.False(first.IsCompleted);
        Loads[0].Succeed(_fixture.Model);
        await first;
        Assert.Equal(["other:1", "tiny:1"], Host.Loaded.Select(entry => entry.Id));
    }

    [Fact]
    public async Task One_who_gives_up_does_not_take_the_load_from_the_others()
    {
        using var impatience = new CancellationTokenSource();
        var impatient = Host.AcquireAsync("tiny:1", impatience.Token);
        var patient = Host.AcquireAsync("tiny:1");

        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.False(Loads[0].Cancelled.IsCancellationRequested);
        Loads[0].Succeed(_fixture.Model);
        (await patient).Dispose();
    }

    [Fact]
    public async Task A_load_nobody_waits_for_is_given_up_and_a_later_request_begins_anew()
    {
        using var impatience = new CancellationTokenSource();
        var impatient = Host.AcquireAsync("tiny:1", impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);

        var again = Host.AcquireAsync("tiny:1");
        Assert.Single(Loads);
        await HostFixture.WhenCancelled(Loads[0].Cancelled);
        Loads[0].Succeed(_fixture.Model);
        await _fixture.WhenLoading(2);
        Loads[1].Succeed(_fixture.Model);

        (await again).Dispose();
        Assert.Single(Host.Loaded);
    }

    [Fact]
    public async Task A_loaded_models_files_are_not_removed()
    {
        (await _fixture.LeaseAsync()).Dispose();

        var refusal = await Assert.ThrowsAsync<IngotException>(() => Host.RemoveAsync("tiny:1"));

        Assert.Equal(ErrorCode.Conflict, refusal.Code);
        Assert.Contains("unload it first", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_hostLoads_nothing()
    {
        (await _fixture.LeaseAsync()).Dispose();
        await Host.DisposeAsync();

        Assert.Empty(Host.Loaded);
        Assert.Equal(ErrorCode.EngineStopped, (await Assert.ThrowsAsync<IngotException>(() => Host.AcquireAsync("tiny:1"))).Code);
    }
}

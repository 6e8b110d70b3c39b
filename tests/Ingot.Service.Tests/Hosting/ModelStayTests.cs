using Ingot.Errors;
using Ingot.Service.Hosting;

namespace Ingot.Service.Tests.Hosting;

public sealed class ModelStayTests : IAsyncLifetime
{
    private readonly HostFixture _fixture = new(TimeSpan.FromSeconds(600));

    private ModelHost Host => _fixture.Host;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_model_leaves_when_it_was_not_used_for_its_time_and_is_loaded_again_on_demand()
    {
        (await _fixture.LeaseAsync(TimeSpan.FromSeconds(10))).Dispose();
        Advance(9);
        var used = await Host.AcquireAsync("tiny:1");
        Advance(60);
        Assert.Single(Host.Loaded);
        used.Dispose();
        Advance(9);
        Assert.Single(Host.Loaded);

        Advance(1);

        Assert.Empty(Host.Loaded);
        await Host.UnloadAllAsync();
        Assert.Throws<IngotException>(() => used.Model.Engine.Generate(new() { Prompt = [1] }, default));
        (await _fixture.LeaseAsync()).Dispose();
        Assert.Equal(2, _fixture.Loads.Count);
    }

    [Fact]
    public async Task The_last_time_to_live_that_was_said_holds()
    {
        (await _fixture.LeaseAsync(TimeSpan.FromSeconds(10))).Dispose();
        (await Host.AcquireAsync("tiny:1", TimeSpan.FromDays(60))).Dispose();
        Assert.Null(Assert.Single(Host.States).ExpiresAt);
        Advance(61 * 86_400);
        Assert.Single(Host.Loaded);

        (await Host.AcquireAsync("tiny:1", TimeSpan.Zero)).Dispose();
        Advance(0);

        Assert.Empty(Host.Loaded);
    }

    [Fact]
    public async Task Where_nobody_says_the_hosts_own_time_to_live_holds()
    {
        (await _fixture.LeaseAsync()).Dispose();
        Advance(599);
        Assert.Single(Host.Loaded);
        Advance(1);

        Assert.Empty(Host.Loaded);
    }

    [Fact]
    public async Task A_pinned_model_outlasts_idleness_and_what_requests_say()
    {
        await _fixture.LoadAsync(new ModelLoadOptions { Pinned = true });
        (await Host.AcquireAsync("tiny:1", TimeSpan.FromSeconds(1))).Dispose();
        Advance(86_400);

        var state = Assert.Single(Host.States);
        Assert.True(state.Pinned);
        Assert.Null(state.ExpiresAt);
        Assert.Equal(UnloadResult.Unloaded, await Host.UnloadAsync("tiny:1"));
    }

    [Fact]
    public async Task A_later_load_takes_the_pin_back()
    {
        await _fixture.LoadAsync(new ModelLoadOptions { Pinned = true });
        await _fixture.LoadAsync(new ModelLoadOptions());
        Advance(600);

        Assert.Empty(Host.Loaded);
        Assert.Single(_fixture.Loads);
    }

    [Fact]
    public async Task A_time_to_live_goes_before_a_pin()
    {
        await _fixture.LoadAsync(new ModelLoadOptions { Pinned = true, TimeToLive = TimeSpan.FromSeconds(5) });
        Assert.False(Assert.Single(Host.States).Pinned);
        Advance(5);

        Assert.Empty(Host.Loaded);
    }

    [Fact]
    public async Task An_infinite_time_to_live_ends_by_a_plain_unload_only()
    {
        await _fixture.LoadAsync(new ModelLoadOptions { TimeToLive = Timeout.InfiniteTimeSpan });
        Advance(86_400);

        Assert.Null(Assert.Single(Host.States).ExpiresAt);
        Assert.Equal(UnloadResult.Unloaded, await Host.UnloadAsync("tiny:1"));
    }

    [Fact]
    public async Task A_load_with_a_negative_time_or_for_what_is_not_here_is_refused_before_it_begins()
    {
        var negative = await Assert.ThrowsAsync<IngotException>(() => Host.LoadAsync("tiny:1", new ModelLoadOptions { TimeToLive = TimeSpan.FromSeconds(-2) }));
        var absent = await Assert.ThrowsAsync<IngotException>(() => Host.LoadAsync("tiny:1", new ModelLoadOptions { ExecutionProvider = "cuda" }));

        Assert.Equal((ErrorCode.InvalidValue, "ttl"), (negative.Code, negative.Param));
        Assert.Equal((ErrorCode.UnsupportedValue, "ep"), (absent.Code, absent.Param));
        Assert.Empty(_fixture.Loads);
    }

    [Fact]
    public async Task States_tell_of_loads_under_way_of_use_and_of_expiry()
    {
        var began = _fixture.Time.GetUtcNow();
        var loading = Host.AcquireAsync("tiny:1");
        var state = Assert.Single(Host.States);
        Assert.Equal((ModelState.Loading, 1, (DateTimeOffset?)null), (state.State, state.ActiveRequests, state.LoadedAt));

        Advance(2);
        _fixture.Loads[0].Succeed(_fixture.Model, memoryBytes: 1234);
        var lease = await loading;
        Advance(3);
        state = Assert.Single(Host.States);
        Assert.Equal((ModelState.Loaded, 1, 1234, "cpu", "tiny:1"), (state.State, state.ActiveRequests, state.MemoryBytes, state.ExecutionProvider, state.Entry.Id));
        Assert.Equal((began.AddSeconds(2), began.AddSeconds(5), began.AddSeconds(605)), (state.LoadedAt, state.LastUsedAt, state.ExpiresAt));

        lease.Dispose();
        Advance(7);
        state = Assert.Single(Host.States);
        Assert.Equal((0, began.AddSeconds(5), began.AddSeconds(605)), (state.ActiveRequests, state.LastUsedAt, state.ExpiresAt));
    }

    private void Advance(int seconds) => _fixture.Time.Advance(TimeSpan.FromSeconds(seconds));
}

using Ingot.Errors;
using Ingot.Service.Hosting;

namespace Ingot.Service.Tests.Hosting;

public sealed class MemoryBudgetTests : IAsyncLifetime
{
    private const long Megabyte = 1 << 20;

    private readonly HostFixture _fixture = new(budgetMegabytes: 100);

    private ModelHost Host => _fixture.Host;

    private IReadOnlyList<FakeLoad> Loads => _fixture.Loads;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_model_larger_than_the_budget_is_refused_before_it_is_loaded()
    {
        await LoadAsync("tiny", 10);
        Need("other", 200);

        var refusal = await Assert.ThrowsAsync<IngotException>(() => Host.LoadAsync("other:1"));

        Assert.Equal((ErrorCode.InsufficientMemory, "model"), (refusal.Code, refusal.Param));
        Assert.Equal(
            "Model 'other:1' needs about 200 MiB of memory (200 MiB of weights, 0 MiB of key-value cache), but the memory budget for all models is 100 MiB. "
            + "Use a smaller model, or raise 'memoryBudgetMegabytes'.",
            refusal.Message);
        Assert.Single(Loads);
        Assert.Equal(["tiny:1"], Host.Loaded.Select(entry => entry.Id));
    }

    [Fact]
    public async Task The_idle_model_that_was_used_longest_ago_leaves_first()
    {
        await LoadAsync("tiny", 40);
        Advance();
        await LoadAsync("other", 40);
        Advance();
        (await Host.AcquireAsync("tiny:1")).Dispose();

        await LoadAsync("third", 40);

        Assert.Equal(["third:1", "tiny:1"], Host.Loaded.Select(entry => entry.Id));
    }

    [Fact]
    public async Task Only_as_many_leave_as_must()
    {
        await LoadAsync("tiny", 30);
        Advance();
        await LoadAsync("other", 30);

        await LoadAsync("third", 40);
        Assert.Equal(3, Host.Loaded.Count);
        await Host.UnloadAsync("third:1");
        await LoadAsync("third", 100);

        Assert.Equal(["third:1"], Host.Loaded.Select(entry => entry.Id));
    }

    [Fact]
    public async Task Models_in_use_and_pinned_ones_stay_and_are_named()
    {
        await LoadAsync("tiny", 40, new ModelLoadOptions { Pinned = true });
        await LoadAsync("other", 40.5);
        using var lease = await Host.AcquireAsync("other:1");
        Need("third", 40);

        var refusal = await Assert.ThrowsAsync<IngotException>(() => Host.LoadAsync("third:1"));

        Assert.Equal(
            "Model 'third:1' needs about 40 MiB of memory (40 MiB of weights, 0 MiB of key-value cache), but of the memory budget of 100 MiB the following is in use: "
            + "'other:1' 40.5 MiB (1 request(s)), 'tiny:1' 40 MiB (pinned). Unload one of them, wait for its requests to end, or raise 'memoryBudgetMegabytes'.",
            refusal.Message);
        Assert.Equal(2, Host.Loaded.Count);

        lease.Dispose();
        await LoadAsync("third", 40);
        Assert.Equal(["third:1", "tiny:1"], Host.Loaded.Select(entry => entry.Id));
    }

    [Fact]
    public async Task Loads_under_way_have_their_memory_reserved_and_give_it_back_when_they_fail()
    {
        Need("tiny", 60);
        Need("other", 60);
        var first = Host.LoadAsync("tiny:1");
        Assert.Equal(60 * Megabyte, Assert.Single(Host.States).MemoryBytes);

        var refusal = await Assert.ThrowsAsync<IngotException>(() => Host.LoadAsync("other:1"));
        Assert.Contains("'tiny:1' 60 MiB (being loaded)", refusal.Message, StringComparison.Ordinal);
        Loads[0].Result.SetException(new IngotException(ErrorCode.ModelInvalid, "damaged"));
        await Assert.ThrowsAsync<IngotException>(() => first);

        await LoadAsync("other", 60);
    }

    [Fact]
    public async Task A_load_waits_for_the_memory_of_a_model_that_is_leaving()
    {
        await LoadAsync("tiny", 60);
        var lease = await Host.AcquireAsync("tiny:1");
        var unloading = Host.UnloadAsync("tiny:1");
        Need("other", 60);

        var loading = Host.LoadAsync("other:1");
        Assert.Single(Loads);
        lease.Dispose();
        await unloading;
        await _fixture.WhenLoading(2);
        Loads[1].Succeed(_fixture.Model, 60 * Megabyte);

        await loading;
    }

    [Fact]
    public async Task One_who_gives_up_waiting_for_memory_leaves_nothing_behind()
    {
        using var impatience = new CancellationTokenSource();
        await LoadAsync("tiny", 60);
        using var lease = await Host.AcquireAsync("tiny:1");
        var unloading = Host.UnloadAsync("tiny:1");
        Need("other", 60);
        var loading = Host.LoadAsync("other:1", impatience.Token);

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loading);
        await Host.UnloadAsync("other:1", force: true);

        Assert.Equal(["tiny:1"], Host.States.Select(state => state.Entry.Id));
        Assert.Single(Loads);
        lease.Dispose();
        await unloading;
    }

    [Fact]
    public async Task The_cache_gets_its_part_of_what_is_left_and_of_what_the_machine_has_free()
    {
        var need = new ModelNeed(20 * Megabyte) { CacheBytesPerToken = 1024, ContextLength = 16 * 1024, ContextCount = 4 };
        _fixture.Needs["tiny"] = _fixture.Needs["other"] = need;
        _ = Host.LoadAsync("tiny:1");
        Assert.Equal(20 * Megabyte, Loads[0].CacheBytes);
        Assert.Equal(40 * Megabyte, Assert.Single(Host.States).MemoryBytes);

        _fixture.FreeBytes = 48 * Megabyte;
        _ = Host.LoadAsync("other:1");

        Assert.Equal(14 * Megabyte, Loads[1].CacheBytes);
    }

    private void Need(string name, double megabytes) => _fixture.Needs[name] = new ModelNeed((long)(megabytes * Megabyte));

    private async Task LoadAsync(string name, double megabytes, ModelLoadOptions? options = null)
    {
        Need(name, megabytes);
        var count = Loads.Count + 1;
        var loading = Host.LoadAsync($"{name}:1", options ?? new ModelLoadOptions());
        await _fixture.WhenLoading(count);
        Loads[^1].Succeed(_fixture.Model, (long)(megabytes * Megabyte));
        await loading;
    }

    private void Advance() => _fixture.Time.Advance(TimeSpan.FromSeconds(1));
}

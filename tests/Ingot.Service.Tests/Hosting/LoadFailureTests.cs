using Ingot.Errors;
using Ingot.Service.Hosting;
using Ingot.Testing;

namespace Ingot.Service.Tests.Hosting;

public sealed class LoadFailureTests : IAsyncLifetime
{
    private static readonly IngotException Fault = new(ErrorCode.ModelInvalid, "The file is damaged.");

    private readonly HostFixture _fixture = new();

    private ModelHost Host => _fixture.Host;

    private IReadOnlyList<FakeLoad> Loads => _fixture.Loads;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_failure_reaches_all_who_wait_and_for_a_short_time_those_who_come_next()
    {
        var first = Host.AcquireAsync("tiny:1");
        var second = Host.AcquireAsync("tiny:1");
        Loads[0].Result.SetException(Fault);

        Assert.Same(Fault, await Assert.ThrowsAsync<IngotException>(() => first));
        Assert.Same(Fault, await Assert.ThrowsAsync<IngotException>(() => second));
        Advance(4.9);
        var third = await Assert.ThrowsAsync<IngotException>(() => Host.AcquireAsync("tiny:1"));
        Assert.Equal((ErrorCode.ModelInvalid, "model"), (third.Code, third.Param));
        Assert.Equal(
            "The file is damaged. It failed at 2026-01-02 03:04:05Z and is tried again from 03:04:10Z on, or when its files change.", third.Message);
        Assert.Single(Loads);
        Assert.Empty(Host.States);

        Advance(0.1);
        var fourth = Host.AcquireAsync("tiny:1");
        Loads[1].Succeed(_fixture.Model);
        (await fourth).Dispose();
    }

    [Fact]
    public async Task The_time_grows_with_each_failure_up_to_a_minute()
    {
        foreach (var wait in new[] { 5, 10, 20, 40, 60, 60 })
        {
            await FailAsync();
            Advance(wait - 0.1);
            var before = Loads.Count;
            await Assert.ThrowsAsync<IngotException>(() => Host.AcquireAsync("tiny:1"));
            Assert.Equal(before, Loads.Count);
            Advance(0.1);
        }
    }

    [Fact]
    public async Task A_change_of_the_models_files_ends_the_time_early()
    {
        await FailAsync();
        File.WriteAllText(Path.Combine(_fixture.Model.Entry.LocalPath!, "model.onnx.data"), "repaired");

        await FailAsync();

        Assert.Equal(2, Loads.Count);
        Advance(5);
        await FailAsync();
        Assert.Equal(3, Loads.Count);
    }

    [Fact]
    public async Task A_success_begins_the_count_anew()
    {
        await FailAsync();
        Advance(5);
        await FailAsync();
        Advance(10);
        (await _fixture.LeaseAsync()).Dispose();
        await Host.UnloadAsync("tiny:1");

        await FailAsync();
        Advance(5);
        await FailAsync();

        Assert.Equal(5, Loads.Count);
    }

    [Fact]
    public async Task A_load_that_was_given_up_or_found_no_memory_may_be_tried_again_at_once()
    {
        var waiting = Host.AcquireAsync("tiny:1");
        var unloading = Host.UnloadAsync("tiny:1", force: true);
        Loads[0].Result.SetCanceled();
        await Assert.ThrowsAsync<IngotException>(() => waiting);
        await unloading;
        await FailAsync(new IngotException(ErrorCode.InsufficientMemory, "too large"));

        (await _fixture.LeaseAsync()).Dispose();
    }

    [Fact]
    public async Task What_is_a_defect_of_ours_is_told_again_without_its_details()
    {
        await FailAsync(new InvalidOperationException("secret"));

        var refusal = await Assert.ThrowsAsync<IngotException>(() => Host.AcquireAsync("tiny:1"));

        Assert.Equal(ErrorCode.Internal, refusal.Code);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_model_does_not_answer_for_another()
    {
        await FailAsync();

        var other = Host.AcquireAsync("other:1");
        Loads[1].Succeed(_fixture.Model);

        (await other).Dispose();
    }

    [Fact]
    public void Names_without_end_do_not_fill_the_memory()
    {
        var failures = new LoadFailures(new ManualTime());
        for (var i = 0; i < 1001; i++)
            failures.Add(_fixture.Model.Entry with { Name = $"model-{i}" }, 0, Fault);

        Assert.Null(failures.Recent(_fixture.Model.Entry with { Name = "model-0" }, () => 0));
        Assert.NotNull(failures.Recent(_fixture.Model.Entry with { Name = "model-1000" }, () => 0));
    }

    private void Advance(double seconds) => _fixture.Time.Advance(TimeSpan.FromSeconds(seconds));

    private async Task FailAsync(Exception? reason = null)
    {
        var waiting = Host.AcquireAsync("tiny:1");
        Loads[^1].Result.SetException(reason ?? Fault);
        Assert.Same(reason ?? Fault, await Assert.ThrowsAnyAsync<Exception>(() => waiting));
    }
}

using Ingot.Gateway.Forwarding;
using Ingot.Gateway.Replicas;
using Ingot.Service.Providers;
using Ingot.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Gateway.Tests.Replicas;

/// <summary>Looks at replicas, by a clock the test moves.</summary>
public sealed class ReplicaProberTests : IDisposable
{
    private readonly TemporaryFolder _home = new();
    private readonly ManualTime _time = new();
    private readonly ProviderConnections _connections = new(new GatewayOptions());

    public void Dispose()
    {
        _connections.Dispose();
        _home.Dispose();
    }

    [Theory]
    [InlineData("/ready")]
    [InlineData("/health")]
    [InlineData("/v1/models")]
    public async Task A_replica_that_came_back_is_found_whatever_it_can_be_asked(string known)
    {
        await using FakeProvider provider = await FakeProvider.StartAsync((context, _) =>
        {
            context.Response.StatusCode = context.Request.Path == known ? 200 : 404;
            return Task.CompletedTask;
        });
        ReplicaSets sets = await SetsAsync(provider.Address, Fakes.Nobody);
        using var prober = new ReplicaProber(sets, _connections, _time);
        Replica replica = sets.All()[0].Replicas[0];
        replica.Lost("gone");

        await prober.CheckDueAsync(CancellationToken.None);
        Assert.Equal(ReplicaState.Down, replica.Status.State);
        _time.Advance(TimeSpan.FromSeconds(1));
        await prober.CheckDueAsync(CancellationToken.None);

        Assert.Equal(ReplicaState.Up, replica.Status.State);
        Assert.Equal(known, provider.Requests[^1].Path);
    }

    [Fact]
    public async Task A_replica_that_is_gone_or_not_ready_goes_down_before_a_request_finds_out()
    {
        await using FakeProvider stopping = await FakeProvider.StartAsync(Fakes.Refuse(503));
        ReplicaSets sets = await SetsAsync(stopping.Address, Fakes.Nobody);
        using var prober = new ReplicaProber(sets, _connections, _time);
        _ = sets.All();
        for (int look = 0; look < 3; look++)
        {
            _time.Advance(Replica.CheckInterval);
            await prober.CheckDueAsync(CancellationToken.None);
        }

        Assert.All(sets.All()[0].Replicas, replica => Assert.Equal(ReplicaState.Down, replica.Status.State));
        Assert.Equal("asked whether it is ready, it answered with 503", sets.All()[0].Replicas[0].Status.Reason);
    }

    [Fact]
    public async Task Nobody_looks_at_an_address_that_is_alone()
    {
        await using FakeProvider provider = await FakeProvider.StartAsync(Fakes.Well);
        ReplicaSets sets = await SetsAsync(provider.Address);
        using var prober = new ReplicaProber(sets, _connections, _time);
        _ = sets.All();
        _time.Advance(TimeSpan.FromHours(1));

        await prober.CheckDueAsync(CancellationToken.None);

        Assert.Empty(provider.Requests);
    }

    [Fact]
    public async Task What_is_known_of_an_address_survives_a_change_of_its_provider()
    {
        ReplicaSets sets = await SetsAsync(Fakes.Nobody, new Uri("http://127.0.0.1:10/v1"));
        Replica first = sets.All()[0].Replicas[0];
        first.Lost("gone");
        ProviderBook book = Book();
        await book.ChangeAsync(providers => [providers[0] with { Addresses = [Fakes.Nobody, new Uri("http://127.0.0.1:11/v1")] }], CancellationToken.None);

        ReplicaSet changed = new ReplicaSets(book, _time, NullLogger<ReplicaSets>.Instance).Of(book.Providers[0]);
        var kept = new ReplicaSet(book.Providers[0], sets.All()[0], _time, NullLogger.Instance);

        Assert.NotSame(first, changed.Replicas[0]);
        Assert.Same(first, kept.Replicas[0]);
        Assert.Equal(ReplicaState.Up, kept.Replicas[1].Status.State);
    }

    [Fact]
    public async Task A_look_that_ends_at_once_is_not_the_last_one()
    {
        await using FakeProvider provider = await FakeProvider.StartAsync(Fakes.Well);
        ReplicaSets sets = await SetsAsync(provider.Address, Fakes.Nobody);
        using var prober = new ReplicaProber(sets, _connections, _time);
        Replica replica = sets.All()[0].Replicas[0];
        replica.Lost("gone");
        _time.Advance(TimeSpan.FromSeconds(1));
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new AtOnce());
        Task looked;
        try
        {
            looked = prober.CheckDueAsync(new CancellationToken(canceled: true));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        await looked;
        Assert.Equal(ReplicaState.Down, replica.Status.State);
        await prober.CheckDueAsync(CancellationToken.None);

        Assert.Equal(ReplicaState.Up, replica.Status.State);
    }

    private async Task<ReplicaSets> SetsAsync(params Uri[] addresses)
    {
        ProviderBook book = Book();
        await book.ChangeAsync(_ => [GatewayService.Provider(addresses)], CancellationToken.None);
        return new ReplicaSets(book, _time, NullLogger<ReplicaSets>.Instance);
    }

    private ProviderBook Book() => new(_home.Path, NullLogger<ProviderBook>.Instance);

    /// <summary>Has what would go on later on another thread go on before the one who says so.</summary>
    private sealed class AtOnce : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => d(state);
    }
}

using Ingot.Gateway.Replicas;
using Ingot.Service.Providers;
using Ingot.Testing;
using Microsoft.Extensions.Logging;

namespace Ingot.Gateway.Tests.Replicas;

/// <summary>When a replica is given requests, by a clock the test moves.</summary>
public sealed class ReplicaTests
{
    private readonly ManualTime _time = new();
    private readonly Lines _log = new();
    private readonly Replica _replica;

    public ReplicaTests() => _replica = new Replica("elsewhere", new Uri("http://replica/v1"), _time, _log);

    [Fact]
    public void One_that_cannot_be_reached_is_down_at_once_and_up_when_it_answers()
    {
        _replica.Lost("it refuses connections");
        Assert.Equal((ReplicaState.Down, "it refuses connections"), (_replica.Status.State, _replica.Status.Reason));

        _replica.Answered();
        Assert.Equal((ReplicaState.Up, null), (_replica.Status.State, _replica.Status.Reason));
        Assert.Equal(
            ["Replica http://replica/v1 of provider elsewhere is down: it refuses connections.", "Replica http://replica/v1 of provider elsewhere is up again."],
            _log.Said);
    }

    [Fact]
    public void Single_failures_are_forgiven_and_a_row_of_them_is_not()
    {
        _replica.Failed("it answered with 500");
        _replica.Failed("it answered with 500");
        _replica.Answered();
        _replica.Failed("it answered with 500");
        _replica.Failed("it answered with 500");
        Assert.Equal(ReplicaState.Up, _replica.Status.State);

        _replica.Failed("it answered with 500");
        Assert.Equal(ReplicaState.Down, _replica.Status.State);
    }

    [Fact]
    public void A_failure_is_a_reason_to_look_at_once()
    {
        Assert.False(_replica.IsCheckDue);
        _replica.Failed("the connection broke off");
        Assert.True(_replica.IsCheckDue);
    }

    [Fact]
    public void Looks_at_one_that_is_down_become_rarer_up_to_a_bound()
    {
        _replica.Lost("gone");
        var waits = new List<TimeSpan>();
        for (int look = 0; look < 9; look++)
        {
            TimeSpan waited = TimeSpan.Zero;
            while (!_replica.IsCheckDue)
            {
                _time.Advance(TimeSpan.FromMilliseconds(100));
                waited += TimeSpan.FromMilliseconds(100);
            }

            waits.Add(waited);
            _replica.Checked("gone");
        }

        Assert.InRange(waits[0], TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(0.7));
        Assert.InRange(waits[3], TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4.9));
        Assert.InRange(waits[8], TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(36.1));
    }

    [Fact]
    public void Many_requests_that_find_out_together_are_one_failure()
    {
        for (int request = 0; request < 100; request++)
            _replica.Lost("gone");

        _time.Advance(TimeSpan.FromMilliseconds(700));
        Assert.True(_replica.IsCheckDue);
        Assert.Single(_log.Said);
    }

    [Fact]
    public void One_that_only_says_that_it_is_well_goes_down_with_the_next_failure()
    {
        _replica.Lost("gone");
        _replica.Checked(null);
        Assert.Equal(ReplicaState.Up, _replica.Status.State);

        _replica.Failed("it answered with 500");
        Assert.Equal(ReplicaState.Down, _replica.Status.State);
    }

    [Fact]
    public void A_busy_moment_does_not_take_it_down()
    {
        _replica.Checked("asked whether it is ready, it did not answer in time");
        Assert.Equal(ReplicaState.Up, _replica.Status.State);
        _replica.Checked("asked whether it is ready, it did not answer in time");
        _replica.Checked("asked whether it is ready, it did not answer in time");
        Assert.Equal(ReplicaState.Down, _replica.Status.State);
    }

    [Fact]
    public void A_full_one_is_left_alone_for_as_long_as_it_says_within_reason()
    {
        _replica.Refused(TimeSpan.FromSeconds(2));
        Assert.Equal((ReplicaState.Full, TimeSpan.FromSeconds(2)), (_replica.Status.State, _replica.Wait));

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((ReplicaState.Up, TimeSpan.Zero), (_replica.Status.State, _replica.Wait));

        _replica.Refused(TimeSpan.FromDays(1));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(ReplicaState.Up, _replica.Status.State);
    }

    private sealed class Lines : ILogger
    {
        public List<string> Said { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Said.Add(formatter(state, exception));
    }
}

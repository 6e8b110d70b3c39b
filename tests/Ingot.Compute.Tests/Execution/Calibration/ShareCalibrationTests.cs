using Ingot.Compute.Execution.Calibration;
using Ingot.Testing;

namespace Ingot.Compute.Tests.Execution.Calibration;

public sealed class ShareCalibrationTests
{
    private readonly ManualTime _clock = new();
    private readonly List<(int Most, int Rows)> _runs = [];

    [Fact]
    public void What_is_faster_on_this_machine_is_taken_for_each_kind_of_step()
    {
        ShareFacts facts = Calibrate(TimeSpan.FromSeconds(1), (most, rows) => rows switch
        {
            1 => most == 2 ? 80 : 100,
            8 => most == 16 ? 160 : 200,
            _ => 400,
        });

        Assert.Equal(new ShareLimits(2, 16, 8), facts.Limits);
        Assert.Contains("2 (1.25 times as fast as usual), 16 (1.25 times as fast as usual), 8 (tried in", facts.Told, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_hardly_faster_is_not_taken()
    {
        ShareFacts facts = Calibrate(TimeSpan.FromSeconds(1), (most, _) => most == 4 ? 92 : 100);

        Assert.Equal(ShareLimits.Usual, facts.Limits);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(25)]
    public void It_takes_no_longer_than_it_may_but_for_the_runs_under_way(int milliseconds)
    {
        long longest = 0;
        var budget = TimeSpan.FromMilliseconds(milliseconds);

        Calibrate(budget, (most, rows) =>
        {
            long microseconds = (rows * 70) + (1000 / most);
            longest = Math.Max(longest, microseconds);
            return microseconds;
        });

        // One of each kind of step.
        Assert.InRange(Spent, TimeSpan.Zero, budget + TimeSpan.FromMicroseconds(3 * longest));
        Assert.Equal(milliseconds > 0, _runs.Count > 0);
    }

    [Fact]
    public void Where_there_is_no_time_for_all_the_nearest_to_the_usual_ones_are_tried()
    {
        Calibrate(TimeSpan.FromMilliseconds(1.2), (_, _) => 100);

        Assert.Equal([4, 8, 16], _runs.Where(run => run.Rows == 1).Select(run => run.Most).Distinct().Order());
    }

    [Fact]
    public void Steps_of_more_rows_are_not_begun_with_when_those_of_fewer_have_left_no_time()
    {
        Calibrate(TimeSpan.FromMilliseconds(2.2), (_, _) => 100);

        Assert.Equal([1], _runs.Select(run => run.Rows).Distinct());
    }

    [Fact]
    public void What_takes_too_long_to_try_stays_as_it_is_and_that_is_told()
    {
        ShareFacts facts = Calibrate(TimeSpan.FromMilliseconds(1), (most, _) => 10_000 / most);

        Assert.Equal(ShareLimits.Usual, facts.Limits);
        Assert.Contains("8 (not tried), 8 (not tried), 8 (not tried)", facts.Told, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_that_come_to_the_same_are_tried_once()
    {
        Calibrate(TimeSpan.FromSeconds(1), (_, _) => 100, each: 3);

        Assert.Equal([2, 4, 8], _runs.Where(run => run.Rows == 1).Select(run => run.Most).Distinct().Order());
        Assert.Equal([2, 4, 8], _runs.Where(run => run.Rows == 32).Select(run => run.Most).Distinct().Order());
    }

    [Fact]
    public void The_ways_take_turns_and_none_is_always_the_first()
    {
        Calibrate(TimeSpan.FromSeconds(1), (_, _) => 100);

        // The first two are no trials.
        int[][] rounds = [.. _runs.Where(run => run.Rows == 8).Select(run => run.Most).Skip(2).Chunk(5)];
        Assert.All(rounds, round => Assert.Equal([2, 4, 8, 16, 32], round.Order()));
        Assert.True(rounds.Select(round => round[0]).Distinct().Count() > 3);
    }

    [Theory]
    [InlineData(10, 0)]
    [InlineData(159, 0)]
    [InlineData(160, 4)]
    [InlineData(400, 10)]
    [InlineData(4000, 100)]
    public void A_fortieth_of_the_load_is_what_it_may_take_and_nothing_of_a_short_one(int load, int budget) =>
        Assert.Equal(TimeSpan.FromMilliseconds(budget), ShareCalibration.Budget(TimeSpan.FromMilliseconds(load)));

    [Fact]
    public void Without_anything_to_try_with_nothing_changes() =>
        Assert.Equal(ShareLimits.Usual, ShareCalibration.Run(null, TimeSpan.FromSeconds(1), _clock).Limits);

    private TimeSpan Spent { get; set; }

    private ShareFacts Calibrate(TimeSpan budget, Func<int, int, long> microseconds, int each = int.MaxValue)
    {
        long start = _clock.GetTimestamp();
        ShareFacts facts = ShareCalibration.Run((most, _) => Math.Min(most, each), (most, rows) =>
        {
            _runs.Add((most, rows));
            _clock.Advance(TimeSpan.FromMicroseconds(microseconds(most, rows)));
        }, budget, _clock);
        Spent = _clock.GetElapsedTime(start);
        return facts;
    }
}

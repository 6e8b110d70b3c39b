using FsCheck;
using FsCheck.Fluent;
using Ingot.Compute.Execution.Calibration;

namespace Ingot.Compute.Tests.Execution.Calibration;

public sealed class WayChoiceTests
{
    private const double Margin = 1.03;

    private static readonly Gen<Case> Cases =
        from ways in Gen.Choose(1, 6)
        from rounds in Gen.Choose(0, 8)
        from usual in Gen.Choose(0, ways - 1)
        from times in Gen.Choose(1, 200).ArrayOf(ways * rounds)
        select new Case([.. times.Select(time => time / 1000.0).Chunk(ways)], usual);

    [Fact]
    public void Another_way_than_the_usual_one_is_faster_by_the_margin_at_its_best_and_in_the_middle() =>
        Prop.ForAll(Cases.ToArbitrary(), one =>
        {
            WayChoice choice = WayChoice.Of(one.Rounds, one.Usual, Margin);
            if (choice.Way == one.Usual)
            {
                Assert.Equal(1, choice.Speed);
                return;
            }
            Assert.True(one.Rounds.Length >= WayChoice.LeastRounds);
            Assert.True(choice.Speed >= Margin);
            Assert.True(one.Rounds.Min(round => round[one.Usual]) / one.Rounds.Min(round => round[choice.Way]) >= choice.Speed);
            Assert.True(Median(one, one.Usual) / Median(one, choice.Way) >= choice.Speed);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void The_order_of_the_rounds_and_the_unit_of_time_do_not_matter() =>
        Prop.ForAll(Cases.ToArbitrary(), one =>
        {
            WayChoice choice = WayChoice.Of(one.Rounds, one.Usual, Margin);

            Assert.Equal(choice, WayChoice.Of([.. one.Rounds.Reverse()], one.Usual, Margin));
            Assert.Equal(choice, WayChoice.Of([.. one.Rounds.Select(round => round.Select(seconds => seconds * 1024).ToArray())], one.Usual, Margin));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void One_round_that_something_disturbed_changes_nothing_where_all_ways_are_alike() =>
        Prop.ForAll(Cases.Where(one => one.Rounds.Length >= WayChoice.LeastRounds).ToArbitrary(), one =>
        {
            double[][] rounds = [one.Rounds[0], .. Enumerable.Repeat(Enumerable.Repeat(0.002, one.Rounds[0].Length).ToArray(), one.Rounds.Length - 1)];

            Assert.Equal(new WayChoice(one.Usual, 1), WayChoice.Of(rounds, one.Usual, Margin));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void The_fastest_of_clearly_faster_ways_is_taken()
    {
        double[][] rounds = [[10, 9.9, 9, 8, 12], [11, 9.8, 9.1, 8.2, 12], [10.2, 9.9, 9, 8.1, 11]];

        WayChoice choice = WayChoice.Of(rounds, 0, Margin);

        Assert.Equal(3, choice.Way);
        Assert.Equal(10.0 / 8, choice.Speed, 1e-9);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(WayChoice.LeastRounds - 1)]
    public void Too_few_rounds_say_nothing(int count) =>
        Assert.Equal(new WayChoice(1, 1), WayChoice.Of([.. Enumerable.Repeat(new double[] { 1, 10 }, count)], 1, Margin));

    [Fact]
    public void A_clock_too_coarse_for_it_says_nothing() =>
        Assert.Equal(new WayChoice(1, 1), WayChoice.Of([.. Enumerable.Repeat(new double[] { 0, 1 }, 3)], 1, Margin));

    private static double Median(Case one, int way) => one.Rounds.Select(round => round[way]).Order().ElementAt(one.Rounds.Length / 2);

    private sealed record Case(double[][] Rounds, int Usual);
}

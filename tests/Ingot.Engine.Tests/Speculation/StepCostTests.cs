using Ingot.Engine.Speculation;

namespace Ingot.Engine.Tests.Speculation;

public sealed class StepCostTests
{
    [Fact]
    public void What_a_step_and_a_row_cost_is_learnt_from_steps()
    {
        var cost = new StepCost();
        for (int i = 0; i < 100; i++)
            cost.Learn(rows: 1 + (i % 9), promptTokens: 0, seconds: 0.006 + (0.002 * (1 + (i % 9))));
        Assert.Equal(0.008, cost.Of(1), 3e-4);
        Assert.Equal(0.038, cost.Of(16), 2e-3);
    }

    [Fact]
    public void Before_other_rows_were_seen_a_share_is_supposed_for_each()
    {
        var cost = new StepCost();
        for (int i = 0; i < 100; i++)
            cost.Learn(rows: 1, promptTokens: 0, seconds: 0.01);
        Assert.Equal(0.01, cost.Of(1), 1e-4);
        Assert.InRange(cost.Of(8), 0.015, 0.022);
    }

    [Fact]
    public void A_step_that_was_held_up_does_not_count_for_many()
    {
        var cost = new StepCost();
        for (int i = 0; i < 50; i++)
            cost.Learn(1, 0, 0.01);
        cost.Learn(1, 0, 5);
        Assert.InRange(cost.Of(1), 0.009, 0.012);
    }

    [Fact]
    public void A_machine_that_becomes_slower_is_noticed()
    {
        var cost = new StepCost();
        for (int i = 0; i < 300; i++)
            cost.Learn(1 + (i % 4), 0, (i < 150 ? 1 : 2) * (0.01 + (0.001 * (i % 4))));
        Assert.InRange(cost.Of(1), 0.017, 0.022);
    }

    [Fact]
    public void Beside_answers_a_prompt_gets_what_makes_them_wait_two_and_a_half_times_as_long_where_little_is_known()
    {
        var cost = new StepCost();
        Assert.Equal(int.MaxValue, cost.PromptTokensBeside(0));
        Assert.Equal(64, cost.PromptTokensBeside(8));
        for (int i = 0; i < 50; i++)
        {
            cost.Learn(8, 0, 0.024);
            cost.Learn(8, 32, 0.024 + 0.032);
        }
        // 36 tokens would take so long; with the 8 rows they are to be whole eights.
        Assert.Equal(32, cost.PromptTokensBeside(8));
        Assert.Equal(0, (1 + cost.PromptTokensBeside(1)) % 8);
        Assert.InRange(cost.PromptTokensBeside(1), 7, 30);
    }

    [Fact]
    public void The_further_a_prompt_is_read_the_fewer_of_its_tokens_are_computed_beside_answers()
    {
        var cost = new StepCost();
        double wait = 0;
        for (int i = 0; i < 50; i++)
            cost.Learn(8, 0, 0.02);
        for (int read = 0, step = 0; read < 4000; step++)
        {
            int tokens = cost.PromptTokensBeside(8);
            double seconds = 0.02 + (tokens * (0.001 + (1e-6 * read)));
            // The first step is a guess.
            wait = step == 0 ? 0 : Math.Max(wait, seconds / 0.02);
            cost.Learn(8, tokens, seconds);
            read += tokens;
        }

        Assert.InRange(wait, 1.8, 3);
        Assert.InRange(cost.PromptTokensBeside(8), 4, 8);
    }

    [Theory]
    [InlineData(0, 2.6, 3)]
    [InlineData(0.3, 2.2, 2.6)]
    public void Where_steps_take_as_long_as_expected_answers_wait_up_to_three_times_as_long_and_where_not_less_is_read(double disturbed, double least, double most)
    {
        var cost = new StepCost();
        var random = new Random(1);
        List<double> waits = [];
        for (int i = 0; i < 50; i++)
            cost.Learn(8, 0, 0.02);
        for (int step = 0; step < 1500; step++)
        {
            int tokens = cost.PromptTokensBeside(8);
            double seconds = 0.02 + (tokens * 0.0004);
            cost.Learn(8, tokens, seconds * (random.NextDouble() < disturbed / 5 ? 1 + disturbed : 1));
            waits.Add(seconds / 0.02);
        }

        Assert.InRange(waits.Skip(1000).Average(), least, most);
    }

    [Fact]
    public void What_a_token_costs_in_a_large_chunk_says_little_of_one_in_a_small_chunk()
    {
        var cost = new StepCost();
        cost.Learn(8, 0, 0.02);
        cost.Learn(0, 512, 0.52);
        int guessed = cost.PromptTokensBeside(8);
        Assert.InRange(guessed, 16, 24);
        for (int i = 0; i < 20; i++)
        {
            cost.Learn(8, 8, 0.02 + 0.016);
            cost.Learn(0, 512, 0.52);
        }

        Assert.Equal(8, cost.PromptTokensBeside(8));
    }
}

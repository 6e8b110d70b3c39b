using Ingot.Engine.Speculation;

namespace Ingot.Engine.Tests.Speculation;

public sealed class AnswerStoreTests
{
    [Fact]
    public void The_last_answer_to_a_prompt_is_found_and_no_other()
    {
        var store = new AnswerStore(1000);
        int[] first = Some.Prompt(1, 10), second = Some.Prompt(2, 20);
        store.Keep([1, 2, 3], first);
        store.Keep([1, 2, 3], second);
        Assert.Equal(second, store.Find([1, 2, 3]).ToArray());
        Assert.Equal([], store.Find([1, 2]).ToArray());
        Assert.Equal(20, store.TokenCount);
    }

    [Fact]
    public void It_never_holds_more_than_it_may_and_lets_go_of_what_was_unused_for_longest()
    {
        var store = new AnswerStore(100);
        for (int i = 0; i < 50; i++)
        {
            store.Keep([i], Some.Prompt(i, 8 + (i % 40)));
            store.Find([0]);
            Assert.InRange(store.TokenCount, 8, 100);
        }
        Assert.Equal(8, store.Find([0]).Length);
        Assert.Equal(0, store.Find([5]).Length);
        store.Keep([7], Some.Prompt(7, 500));
        Assert.Equal(100, store.Find([7]).Length);
    }

    [Fact]
    public void Short_answers_are_not_worth_keeping()
    {
        var store = new AnswerStore(100);
        store.Keep([1], [4, 5]);
        Assert.Equal(0, store.TokenCount);
    }
}

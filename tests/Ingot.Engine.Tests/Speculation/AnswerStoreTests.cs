using Ingot.Engine.Speculation;

namespace Ingot.Engine.Tests.Speculation;

public sealed class AnswerStoreTests
{
    [Fact]
    public void The_last_answer_to_a_prompt_is_found_and_no_other()
    {
        var store = new AnswerStore(1000);
        int[] first = Some.Prompt(1, 10), second = Some.Prompt(2, 20);
        store.Keep(null, [1, 2, 3], first);
        store.Keep(null, [1, 2, 3], second);
        Assert.Equal(second, store.Find(null, [1, 2, 3]).ToArray());
        Assert.Equal([], store.Find(null, [1, 2]).ToArray());
        Assert.Equal(20, store.TokenCount);
    }

    [Fact]
    public void An_answer_is_found_in_its_own_scope_alone()
    {
        var store = new AnswerStore(1000);
        int[] first = Some.Prompt(1, 10), second = Some.Prompt(2, 20);
        store.Keep("first", [1, 2, 3], first);
        Assert.Equal([], store.Find("second", [1, 2, 3]).ToArray());
        Assert.Equal([], store.Find(null, [1, 2, 3]).ToArray());
        store.Keep("second", [1, 2, 3], second);
        Assert.Equal(first, store.Find(new string("first".AsSpan()), [1, 2, 3]).ToArray());
        Assert.Equal(second, store.Find("second", [1, 2, 3]).ToArray());
        Assert.Equal(30, store.TokenCount);
    }

    [Fact]
    public void It_never_holds_more_than_it_may_and_lets_go_of_what_was_unused_for_longest()
    {
        var store = new AnswerStore(100);
        for (int i = 0; i < 50; i++)
        {
            store.Keep(null, [i], Some.Prompt(i, 8 + (i % 40)));
            store.Find(null, [0]);
            Assert.InRange(store.TokenCount, 8, 100);
        }
        Assert.Equal(8, store.Find(null, [0]).Length);
        Assert.Equal(0, store.Find(null, [5]).Length);
        store.Keep(null, [7], Some.Prompt(7, 500));
        Assert.Equal(100, store.Find(null, [7]).Length);
    }

    [Fact]
    public void Short_answers_are_not_worth_keeping()
    {
        var store = new AnswerStore(100);
        store.Keep(null, [1], [4, 5]);
        Assert.Equal(0, store.TokenCount);
    }
}

using Ingot.Engine.Scheduling;
using Ingot.Engine.Speculation;

namespace Ingot.Engine.Tests.Speculation;

public sealed class DrafterTests
{
    [Fact]
    public void What_followed_the_last_tokens_before_is_guessed_to_follow_again()
    {
        Assert.Equal([13, 14, 15], Guess(Of([10, 11, 12, 13, 14, 15, 50, 51, 11, 12]), 3));
    }

    [Fact]
    public void Of_several_places_the_latest_is_taken_unless_an_earlier_one_has_more_in_common()
    {
        Assert.Equal([40], Guess(Of([1, 2, 30, 9, 1, 2, 40, 9, 8, 1, 2]), 1));
        Assert.Equal([30], Guess(Of([5, 6, 7, 1, 2, 30, 9, 1, 2, 40, 5, 6, 7, 1, 2]), 1));
    }

    [Fact]
    public void Nothing_is_guessed_where_nothing_is_known()
    {
        Assert.Empty(Guess(Of([1]), 5));
        Assert.Empty(Guess(Of([1, 2, 3, 4, 5]), 5));
    }

    [Fact]
    public void A_circle_goes_on_as_long_as_asked()
    {
        Assert.Equal([1, 2, 3, 1, 2, 3, 1, 2], Guess(Of([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3]), 8));
        Assert.Equal([7, 7, 7, 7], Guess(Of([7, 7, 7, 7, 7, 7, 7, 7, 7, 7]), 4));
    }

    [Fact]
    public void After_a_word_was_replaced_the_copy_goes_on()
    {
        Sequence sequence = Of([10, 11, 12, 13, 14, 15, 16, 17, 99, 10, 11, 12]);
        var drafter = new Drafter(sequence, [], []);
        Say(sequence, drafter, 13, 55);
        Assert.Equal([15, 16, 17], Guess(drafter, 3));
    }

    [Fact]
    public void The_beginning_is_guessed_from_an_earlier_answer_or_from_a_prediction()
    {
        Sequence sequence = Of([1, 2, 3]);
        Assert.Equal([70, 71], Guess(new Drafter(sequence, [70, 71, 72], []), 2));
        Assert.Equal([80, 81], Guess(new Drafter(sequence, [], [80, 81, 82]), 2));
        Assert.Equal([70, 71, 72], Guess(new Drafter(sequence, [70, 71, 72], [80, 81, 82]), 9));
    }

    [Fact]
    public void Guesses_that_come_true_are_trusted_more_and_those_that_do_not_less()
    {
        Sequence right = Of([.. Some.Prompt(1, 60)]), wrong = Of([1, 2, 3, 1, 2]);
        int[] text = right.Tokens.ToArray();
        Drafter good = new(right, text, []), bad = new(wrong, [], []);
        for (int i = 0; i < 50; i++)
        {
            Say(right, good, text[i]);
            Say(wrong, bad, 100 + i, 1, 2);
        }
        float[] chances = new float[4];
        Assert.Equal(4, good.Guess(new int[4], chances));
        Assert.InRange(chances[3], 0.9f, 1f);
        int count = bad.Guess(new int[4], chances);
        Assert.True(count == 0 || chances[0] < 0.1f, $"{chances[0]} is too much trust.");
    }

    [Fact]
    public void Guesses_need_no_more_room_than_the_text_has()
    {
        var random = new Random(3);
        Sequence sequence = Of([1, 2]);
        var drafter = new Drafter(sequence, Some.Prompt(2, 9, vocabulary: 3), Some.Prompt(4, 7, vocabulary: 3));
        for (int i = 0; i < 3000; i++)
        {
            Say(sequence, drafter, random.Next(3));
            Assert.All(Guess(drafter, random.Next(30)), token => Assert.InRange(token, 0, 2));
        }
    }

    private static Sequence Of(int[] prompt) => new(prompt, 5000, new HashSet<int>());

    private static void Say(Sequence sequence, Drafter drafter, params int[] tokens)
    {
        sequence.Yielded.AddRange(tokens);
        sequence.AppendYielded();
        sequence.Yielded.Clear();
        drafter.Watch(sequence);
    }

    private static int[] Guess(Sequence sequence, int most) => Guess(new Drafter(sequence, [], []), most);

    private static int[] Guess(Drafter drafter, int most)
    {
        int[] draft = new int[most];
        return draft[..drafter.Guess(draft, new float[most])];
    }
}

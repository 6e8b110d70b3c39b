using Ingot.Errors;
using Ingot.Service.Chat;
using Ingot.Service.Completions;

namespace Ingot.Service.Tests.Completions;

public sealed class CompletionServiceTests
{
    [Fact]
    public async Task A_text_is_continued_as_it_is_without_a_template()
    {
        await using var fixture = new CompletionFixture("xyz");

        Assert.Equal(["xyz"], await fixture.TextsAsync(CompletionFixture.Turn("abc")));

        Assert.Equal([.. TinyModel.Tokens("abc")], Assert.Single(fixture.Prompts));
    }

    [Fact]
    public async Task Text_of_a_special_token_becomes_the_token()
    {
        await using var fixture = new CompletionFixture("x");

        await fixture.AnswerAsync(CompletionFixture.Turn("a<|im_end|>"));

        Assert.Equal([.. TinyModel.Tokens("a"), TinyModel.End], Assert.Single(fixture.Prompts));
    }

    [Fact]
    public async Task Tokens_are_continued_as_the_text_they_stand_for()
    {
        await using var fixture = new CompletionFixture("xyz");
        var turn = CompletionFixture.Turn() with { Prompts = [new CompletionPrompt.OfTokens(TinyModel.Tokens("abc"))], Echo = true };

        Assert.Equal(["abcxyz"], await fixture.TextsAsync(turn));
    }

    [Fact]
    public async Task Every_prompt_gets_its_choices_numbered_one_prompt_after_the_other()
    {
        await using var fixture = new CompletionFixture("xyz");
        var turn = CompletionFixture.Turn("first ", "second ") with { Choices = 2, Echo = true };

        Assert.Equal(["first xyz", "first xyz", "second xyz", "second xyz"], await fixture.TextsAsync(turn));
    }

    [Fact]
    public async Task The_counts_are_those_of_all_prompts_once_and_all_answers()
    {
        await using var fixture = new CompletionFixture("xyz");

        var updates = await fixture.AnswerAsync(CompletionFixture.Turn("12345", "123") with { Choices = 2 });

        var usage = Assert.IsType<UsageUpdate>(updates[^1]).Usage;
        Assert.Equal((8, 16), (usage.PromptTokens, usage.CompletionTokens));
    }

    [Fact]
    public async Task An_echoed_prompt_comes_with_the_probabilities_of_its_tokens_but_the_first()
    {
        await using var fixture = new CompletionFixture("xyz");

        var updates = await fixture.AnswerAsync(CompletionFixture.Turn("abc") with { Echo = true, TopLogProbabilities = 2, MaxTokens = 2 });

        var deltas = updates.OfType<TextDelta>().ToArray();
        Assert.Equal("abc", deltas[0].Text);
        Assert.Equal(["a", "b", "c"], deltas[0].LogProbabilities!.Select(token => token.Text));
        Assert.Equal([null, 2, 2], deltas[0].LogProbabilities!.Select(token => token.LogProbability is null ? (int?)null : token.Top.Count));
        Assert.Equal("xy", string.Concat(deltas[1..].Select(delta => delta.Text)));
        Assert.Equal(2, deltas[1..].Sum(delta => delta.LogProbabilities!.Count));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    public async Task Without_tokens_to_make_the_prompt_is_read_and_given_back(int? probabilities)
    {
        await using var fixture = new CompletionFixture("xyz");

        var updates = await fixture.AnswerAsync(CompletionFixture.Turn("ab", "cde") with { Echo = true, TopLogProbabilities = probabilities, MaxTokens = 0 });

        Assert.Equal(["ab", "cde"], updates.OfType<TextDelta>().OrderBy(delta => delta.Choice).Select(delta => delta.Text));
        Assert.All(updates.OfType<Finished>(), end => Assert.Equal(ChatFinish.Length, end.Reason));
        Assert.Equal((5, 0), updates[^1] is UsageUpdate { Usage: var usage } ? (usage.PromptTokens, usage.CompletionTokens) : default);
    }

    [Fact]
    public async Task Of_more_answers_than_are_wanted_only_those_are_given_and_all_are_counted()
    {
        await using var fixture = new CompletionFixture("xyz");

        var updates = await fixture.AnswerAsync(CompletionFixture.Turn("a", "b") with { BestOf = 4, Choices = 2, Echo = true });

        Assert.Equal([0, 1, 2, 3], updates.OfType<Finished>().Select(end => end.Choice).Order());
        Assert.Equal("bxyz", string.Concat(updates.OfType<TextDelta>().Where(delta => delta.Choice == 2).Select(delta => delta.Text)));
        Assert.All(updates.OfType<TextDelta>(), delta => Assert.Null(delta.LogProbabilities));
        Assert.Equal((2, 32), updates[^1] is UsageUpdate { Usage: var usage } ? (usage.PromptTokens, usage.CompletionTokens) : default);
    }

    [Fact]
    public async Task An_answer_ends_after_sixteen_tokens_unless_more_are_asked_for()
    {
        await using var fixture = new CompletionFixture("0123456789abcdefghijkl");

        var usual = await fixture.AnswerAsync(CompletionFixture.Turn("Z"));
        var more = await fixture.AnswerAsync(CompletionFixture.Turn("Z") with { MaxTokens = 100 });

        Assert.Equal(ChatFinish.Length, usual.OfType<Finished>().Single().Reason);
        Assert.Equal("0123456789abcdef", string.Concat(usual.OfType<TextDelta>().Select(delta => delta.Text)));
        Assert.Equal(ChatFinish.Stop, more.OfType<Finished>().Single().Reason);
    }

    [Fact]
    public async Task A_stop_text_in_the_prompt_ends_nothing()
    {
        await using var fixture = new CompletionFixture("ab.cd");

        Assert.Equal(["x.ab"], await fixture.TextsAsync(CompletionFixture.Turn("x.") with { Echo = true, Stop = ["."] }));
    }

    [Fact]
    public async Task A_gap_is_filled_by_the_tokens_the_tokenizer_has_for_it()
    {
        await using var fixture = new CompletionFixture("x", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>");

        await fixture.AnswerAsync(CompletionFixture.Turn("a<|fim_middle|>") with { Suffix = "z" });

        Assert.Equal(
            [260, .. TinyModel.Tokens("a<|fim_middle|>"), 261, .. TinyModel.Tokens("z"), 262],
            Assert.Single(fixture.Prompts));
    }

    [Fact]
    public async Task A_gap_is_refused_by_name_where_the_tokenizer_has_no_tokens_for_it()
    {
        await using var fixture = new CompletionFixture("x", "<|fim_prefix|>");

        var refusal = await RefusalAsync(fixture, CompletionFixture.Turn("a") with { Suffix = "z" });

        Assert.Equal((ErrorCode.UnsupportedValue, "suffix"), (refusal.Code, refusal.Param));
        Assert.Contains("tiny:1", refusal.Message, StringComparison.Ordinal);
    }

    public static TheoryData<CompletionTurn, ErrorCode, string> Wrong() => new()
    {
        { CompletionFixture.Turn(), ErrorCode.MissingRequiredParameter, "prompt" },
        { CompletionFixture.Turn(""), ErrorCode.InvalidValue, "prompt" },
        { CompletionFixture.Turn("a") with { Prompts = [new CompletionPrompt.OfTokens([])] }, ErrorCode.InvalidValue, "prompt" },
        { CompletionFixture.Turn("a") with { Prompts = [new CompletionPrompt.OfTokens([1, 999])] }, ErrorCode.InvalidValue, "prompt" },
        { CompletionFixture.Turn("a", "b", "c") with { Choices = 3 }, ErrorCode.InvalidValue, "prompt" },
        { CompletionFixture.Turn("a") with { Choices = 0 }, ErrorCode.InvalidValue, "n" },
        { CompletionFixture.Turn("a") with { Choices = 5 }, ErrorCode.InvalidValue, "n" },
        { CompletionFixture.Turn("a") with { MaxTokens = -1 }, ErrorCode.InvalidValue, "max_tokens" },
        { CompletionFixture.Turn("a") with { Choices = 2, BestOf = 1 }, ErrorCode.InvalidValue, "best_of" },
        { CompletionFixture.Turn("a") with { BestOf = 5 }, ErrorCode.InvalidValue, "best_of" },
        { CompletionFixture.Turn("a", "b", "c") with { BestOf = 3 }, ErrorCode.InvalidValue, "prompt" },
        { CompletionFixture.Turn(new string('a', 513)) with { MaxTokens = 0 }, ErrorCode.ContextLengthExceeded, "prompt" },
        { CompletionFixture.Turn("a") with { MaxTokens = 512 }, ErrorCode.ContextLengthExceeded, "max_tokens" },
        { CompletionFixture.Turn(new string('a', 512)), ErrorCode.ContextLengthExceeded, "prompt" },
        { CompletionFixture.Turn("a") with { Stop = [""] }, ErrorCode.InvalidValue, "stop" },
        { CompletionFixture.Turn("a") with { TopLogProbabilities = 21 }, ErrorCode.InvalidValue, "logprobs" },
        { CompletionFixture.Turn("a") with { TopLogProbabilities = 1, Echo = true, Suffix = "b" }, ErrorCode.UnsupportedValue, "suffix" },
        { CompletionFixture.Turn("a") with { Suffix = "b", Prompts = [new CompletionPrompt.OfTokens([1])] }, ErrorCode.UnsupportedValue, "suffix" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_cannot_be_done_is_refused_by_the_name_of_its_field(CompletionTurn turn, ErrorCode code, string param)
    {
        await using var fixture = new CompletionFixture("x");

        var refusal = await RefusalAsync(fixture, turn);

        Assert.Equal((code, param), (refusal.Code, refusal.Param));
    }

    private static Task<IngotException> RefusalAsync(CompletionFixture fixture, CompletionTurn turn) =>
        Assert.ThrowsAsync<IngotException>(() => fixture.AnswerAsync(turn));
}

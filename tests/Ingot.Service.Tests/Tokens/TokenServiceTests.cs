using Ingot.Errors;
using Ingot.Service.Tests.Completions;

namespace Ingot.Service.Tests.Tokens;

public sealed class TokenServiceTests
{
    [Theory]
    [InlineData("Grüße", true)]
    [InlineData("Grüße<|im_end|>", true)]
    [InlineData("Grüße<|im_end|>", false)]
    [InlineData("", false)]
    public async Task Tokens_of_a_text_give_the_text_back(string text, bool parseSpecial)
    {
        await using var fixture = new CompletionFixture("x");

        var tokens = await fixture.Tokens.TokenizeAsync("tiny", text, addSpecialTokens: false, parseSpecial);

        Assert.Equal(512, tokens.ContextLength);
        Assert.Equal(text, await fixture.Tokens.DetokenizeAsync("tiny", tokens.Ids, skipSpecialTokens: false));
    }

    [Fact]
    public async Task Text_of_a_special_token_is_the_token_only_when_it_may_be()
    {
        await using var fixture = new CompletionFixture("x");

        var token = await fixture.Tokens.TokenizeAsync("tiny", "<|im_end|>", addSpecialTokens: false, parseSpecial: true);
        var text = await fixture.Tokens.TokenizeAsync("tiny", "<|im_end|>", addSpecialTokens: false, parseSpecial: false);

        Assert.Equal([TinyModel.End], token.Ids);
        Assert.Equal(TinyModel.Tokens("<|im_end|>"), text.Ids);
    }

    [Fact]
    public async Task Special_tokens_can_be_left_out_of_a_text()
    {
        await using var fixture = new CompletionFixture("x");

        Assert.Equal("a", await fixture.Tokens.DetokenizeAsync("tiny", ['a', TinyModel.End], skipSpecialTokens: true));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(260)]
    public async Task A_number_that_is_no_token_is_refused(int id)
    {
        await using var fixture = new CompletionFixture("x");

        var refusal = await Assert.ThrowsAsync<IngotException>(() => fixture.Tokens.DetokenizeAsync("tiny", ['a', id], skipSpecialTokens: false));

        Assert.Equal((ErrorCode.InvalidValue, "tokens[1]"), (refusal.Code, refusal.Param));
    }
}

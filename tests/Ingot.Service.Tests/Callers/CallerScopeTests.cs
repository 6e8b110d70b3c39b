using System.Text.Json;
using Ingot.Service.Chat;
using Ingot.Service.Chat.Constraints;
using Ingot.Service.Completions;
using Ingot.Service.Hosting;
using Ingot.Service.Tests.Chat;

namespace Ingot.Service.Tests.Callers;

/// <summary>What a model keeps of one caller's turns helps no other, unless the options say so.</summary>
public sealed class CallerScopeTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_conversation_is_found_by_its_own_caller(bool isShared)
    {
        using var model = new TinyModel();
        await using var fixture = new ChatFixture(model, () => model.Load(TinyModel.Tokens("Yes")), new IngotOptions { SharedPrefixCache = isShared });

        int first = await CachedAsync("first"), second = await CachedAsync("second"), nobody = await CachedAsync(null);

        Assert.Equal((0, isShared, isShared), (first, second > 0, nobody > 0));
        Assert.All(new[] { await CachedAsync("first"), await CachedAsync("second"), await CachedAsync(null) }, cached => Assert.NotEqual(0, cached));

        async Task<int> CachedAsync(string? caller) =>
            Assert.IsType<UsageUpdate>((await fixture.AnswerAsync(ChatFixture.Turn() with { Caller = caller }))[^1]).Usage.CachedTokens;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_text_that_is_continued_is_found_by_its_own_caller(bool isShared)
    {
        using var model = new TinyModel();
        await using var fixture = new ChatFixture(model, () => model.Load(TinyModel.Tokens("Yes")));
        var service = new CompletionService(fixture.Host, new IngotOptions { SharedPrefixCache = isShared });

        int first = await CachedAsync("first"), second = await CachedAsync("second"), again = await CachedAsync("first");

        Assert.Equal((0, isShared, true), (first, second > 0, again > 0));

        async Task<int> CachedAsync(string? caller)
        {
            var turn = new CompletionTurn { Model = "tiny", Prompts = [new CompletionPrompt.OfText("Once upon a time")], Caller = caller };
            await using CompletionRun run = await service.StartAsync(turn);
            return Assert.IsType<UsageUpdate>((await run.Updates.ToListAsync())[^1]).Usage.CachedTokens;
        }
    }

    [Fact]
    public void What_was_worked_out_for_a_schema_is_kept_for_its_own_scope()
    {
        using var model = new TinyModel();
        using LoadedModel loaded = model.Load(TinyModel.Tokens("{}"));
        ChatTurn turn = ChatFixture.Turn() with { ResponseFormat = ChatResponseFormat.JsonSchema(JsonElement.Parse("""{"type": "object"}""")) };
        AnswerPlan plan = AnswerPlan.Of(turn)!;
        OutputMarkup markup = OutputMarkup.For(turn, loaded, "");

        object first = Kept("first"), second = Kept("second"), nobody = Kept(null);

        Assert.Equal(3, new HashSet<object>([first, second, nobody], ReferenceEqualityComparer.Instance).Count);
        Assert.Same(first, Kept("first"));
        Assert.Same(second, Kept("second"));
        Assert.Same(nobody, Kept(null));

        object Kept(string? scope) => loaded.Constraints.For(turn, plan, scope, markup, loaded);
    }
}

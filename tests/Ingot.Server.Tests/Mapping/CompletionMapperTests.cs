using System.Text.Json;
using Ingot.Errors;
using Ingot.Protocol;
using Ingot.Protocol.Completions;
using Ingot.Server.Bounds;
using Ingot.Server.Mapping;
using Ingot.Service;
using Ingot.Service.Completions;

namespace Ingot.Server.Tests.Mapping;

public sealed class CompletionMapperTests
{
    [Fact]
    public void A_full_request_keeps_everything_it_says()
    {
        CompletionTurn turn = Map("""
            {
              "model": "m", "prompt": "Once", "suffix": "end", "echo": true, "n": 2, "best_of": 2, "logprobs": 5, "max_tokens": 9, "stop": ["a", "b"],
              "temperature": 0.5, "top_p": 0.9, "top_k": 7, "min_p": 0.1, "seed": 42, "presence_penalty": 1, "frequency_penalty": -1,
              "repetition_penalty": 1.1, "logit_bias": {"5": -100}, "user": "me", "ttl": 60
            }
            """);

        Assert.Equal(("m", "end", true), (turn.Model, turn.Suffix, turn.Echo));
        Assert.Equal((2, 9, 5), (turn.Choices, turn.MaxTokens, turn.TopLogProbabilities));
        Assert.Equal(["a", "b"], turn.Stop);
        Assert.Equal((0.5f, 0.9f, 7, 0.1f), (turn.Sampling.Temperature, turn.Sampling.TopP, turn.Sampling.TopK, turn.Sampling.MinP));
        Assert.Equal((1f, -1f, 1.1f), (turn.Sampling.PresencePenalty, turn.Sampling.FrequencyPenalty, turn.Sampling.RepetitionPenalty));
        Assert.Equal((42, TimeSpan.FromMinutes(1)), (turn.Sampling.Seed, turn.TimeToLive));
        Assert.Equal(-100, turn.Sampling.LogitBias![5]);
    }

    [Fact]
    public void The_best_are_chosen_where_more_are_made_than_given()
    {
        Assert.Null(Map("""{"model": "m", "prompt": "a", "n": 2, "best_of": 2, "stream": true}""").BestOf);
        Assert.Equal((2, 3), Map("""{"model": "m", "prompt": "a", "n": 2, "best_of": 3}""") is { BestOf: { } best } turn ? (turn.Choices, best) : default);
    }

    [Theory]
    [InlineData(""" "a" """, """["a"]""")]
    [InlineData("""["a","b"]""", """["a","b"]""")]
    [InlineData("[1,2]", "[[1,2]]")]
    [InlineData("[[1,2],[3]]", "[[1,2],[3]]")]
    [InlineData("[[],[3]]", "[[],[3]]")]
    public void Every_form_of_a_prompt_is_read(string prompt, string expected)
    {
        CompletionTurn turn = Map($$"""{"model": "m", "prompt": {{prompt}} }""");

        Assert.Equal(expected, JsonSerializer.Serialize(turn.Prompts.Select(item => item switch
        {
            CompletionPrompt.OfText text => (object)text.Value,
            CompletionPrompt.OfTokens tokens => tokens.Ids,
            _ => throw new InvalidOperationException(),
        })));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("""["a",1]""")]
    [InlineData("""[1,"a"]""")]
    [InlineData("[1,[2]]")]
    [InlineData("[[1],2]")]
    [InlineData("[[1],[[2]]]")]
    [InlineData("[1.5]")]
    [InlineData("[99999999999]")]
    [InlineData("[null]")]
    public void Anything_else_is_no_prompt(string prompt) =>
        Assert.Equal("$.prompt", Assert.Throws<JsonException>(() => Map($$"""{"model": "m", "prompt": {{prompt}} }""")).Path);

    [Theory]
    [InlineData("""{"prompt": "a"}""", "model", ErrorCode.MissingRequiredParameter)]
    [InlineData("""{"model": "m"}""", "prompt", ErrorCode.MissingRequiredParameter)]
    [InlineData("""{"model": "m", "prompt": null}""", "prompt", ErrorCode.MissingRequiredParameter)]
    [InlineData("""{"model": "m", "prompt": []}""", "prompt", ErrorCode.InvalidValue)]
    [InlineData("""{"model": "m", "prompt": "a", "logprobs": 6}""", "logprobs", ErrorCode.InvalidValue)]
    [InlineData("""{"model": "m", "prompt": "a", "max_tokens": -1}""", "max_tokens", ErrorCode.InvalidValue)]
    [InlineData("""{"model": "m", "prompt": "a", "ttl": -1}""", "ttl", ErrorCode.InvalidValue)]
    [InlineData("""{"model": "m", "prompt": "a", "best_of": 2, "stream": true}""", "best_of", ErrorCode.InvalidValue)]
    [InlineData("""{"model": "m", "prompt": "a", "best_of": 1000}""", "best_of", ErrorCode.InvalidValue)]
    [InlineData("""{"model": "m", "prompt": "a", "n": 2, "best_of": 1}""", "best_of", ErrorCode.InvalidValue)]
    [InlineData("""{"model": "m", "prompt": "a", "temperature": 2.5}""", "temperature", ErrorCode.InvalidValue)]
    [InlineData("""{"model": "m", "prompt": "a", "ep": "cuda"}""", "ep", ErrorCode.UnsupportedValue)]
    [InlineData("""{"model": "m", "prompt": "a", "stream_options": {"include_usage": true}}""", "stream_options", ErrorCode.InvalidValue)]
    public void What_is_wrong_is_named(string json, string param, ErrorCode code)
    {
        var refusal = Assert.Throws<IngotException>(() => Map(json));

        Assert.Equal((param, code), (refusal.Param, refusal.Code));
    }

    [Fact]
    public void A_prompt_is_written_as_it_is_read()
    {
        var prompt = new PromptInput([PromptItem.FromText("a"), PromptItem.FromTokens([1, 2])]);

        Assert.Equal("""["a",[1,2]]""", JsonSerializer.Serialize(new CompletionRequest { Prompt = prompt }, WireJson.For<CompletionRequest>())[10..^1]);
    }

    private static CompletionTurn Map(string json)
    {
        CompletionRequest request = JsonSerializer.Deserialize(json, WireJson.For<CompletionRequest>())!;
        new WireRules(new IngotOptions()).Check(request);
        return CompletionMapper.ToTurn(request);
    }
}

using System.Text.Json;
using Ingot.Testing;

namespace Ingot.Server.Tests.Routes;

public sealed class CompletionRouteTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Path = "/v1/completions";
    private const string Model = ShippedModel.Name;

    /// <summary>What the model's chat template makes of a question, so that the answer is long.</summary>
    private const string Prompt = $"<|im_start|>user\n{ShippedModel.Question}<|im_end|>\n<|im_start|>assistant\n";

    [Theory]
    [InlineData("/v1/completions")]
    [InlineData("/openai/v1/completions")]
    public async Task A_text_is_continued(string path)
    {
        JsonElement answer = await server.PostJsonAsync(path, new { model = Model, prompt = Prompt, temperature = 0, max_tokens = 5 });

        Assert.StartsWith("cmpl-", answer.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal("text_completion", answer.GetProperty("object").GetString());
        Assert.Equal($"{Model}:1", answer.GetProperty("model").GetString());
        JsonElement choice = Assert.Single(answer.GetProperty("choices").EnumerateArray());
        Assert.Equal("length", choice.GetProperty("finish_reason").GetString());
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("logprobs").ValueKind);
        Assert.Equal(5, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task A_conversation_written_out_is_answered_as_chat_answers_it()
    {
        JsonElement chat = await server.PostJsonAsync("/v1/chat/completions", new
        {
            model = Model,
            temperature = 0,
            messages = new[] { new { role = "user", content = ShippedModel.Question } },
        });

        JsonElement choice = (await ChoicesAsync(new { model = Model, prompt = Prompt, temperature = 0, max_tokens = 200 }))[0];

        Assert.Equal(chat.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), Text(choice));
    }

    [Theory]
    [InlineData(0f, false)]
    [InlineData(1f, false)]
    [InlineData(1f, true)]
    public async Task A_stream_carries_the_same_as_the_whole_answer(float temperature, bool logprobs)
    {
        object Body(bool stream) => new
        {
            model = Model,
            prompt = new[] { Prompt, "Once" },
            n = 2,
            seed = 7,
            temperature,
            logprobs = logprobs ? 3 : (int?)null,
            echo = true,
            stream,
            stream_options = stream ? new { include_usage = true } : null,
        };

        JsonElement whole = await server.PostJsonAsync(Path, Body(stream: false));
        List<JsonElement> events = await server.PostStreamAsync(Path, Body(stream: true));

        Assert.Equal(whole.GetProperty("usage").GetRawText(), events[^1].GetProperty("usage").GetRawText());
        Assert.Empty(events[^1].GetProperty("choices").EnumerateArray());
        Assert.Single(events.Select(item => item.GetProperty("id").GetString()).Distinct());
        foreach (JsonElement choice in whole.GetProperty("choices").EnumerateArray())
        {
            JsonElement[] pieces = [.. events.SelectMany(item => item.GetProperty("choices").EnumerateArray())
                .Where(piece => piece.GetProperty("index").GetInt32() == choice.GetProperty("index").GetInt32())];
            Assert.Equal(choice.GetProperty("text").GetString(), string.Concat(pieces.Select(piece => piece.GetProperty("text").GetString())));
            Assert.Equal(choice.GetProperty("finish_reason").GetString(), pieces[^1].GetProperty("finish_reason").GetString());
            Assert.All(pieces[..^1], piece => Assert.Equal(JsonValueKind.Null, piece.GetProperty("finish_reason").ValueKind));
            if (logprobs)
                Assert.Equal(Offsets(choice), pieces.Where(piece => piece.GetProperty("logprobs").ValueKind == JsonValueKind.Object).SelectMany(Offsets));
        }
    }

    [Fact]
    public async Task A_prompt_among_others_is_answered_as_it_is_alone()
    {
        JsonElement[] together = await ChoicesAsync(new { model = Model, prompt = new[] { Prompt, "Once upon" }, n = 2, seed = 3, temperature = 1 });
        JsonElement[] alone = await ChoicesAsync(new { model = Model, prompt = "Once upon", n = 2, seed = 3, temperature = 1 });

        Assert.Equal([0, 1, 2, 3], together.Select(choice => choice.GetProperty("index").GetInt32()));
        Assert.Equal(alone.Select(Text), together[2..].Select(Text));
    }

    [Fact]
    public async Task Tokens_are_continued_as_the_text_they_came_from()
    {
        JsonElement tokens = (await server.PostJsonAsync("/v1/tokenize", new { model = Model, input = Prompt })).GetProperty("tokens");

        JsonElement[] one = await ChoicesAsync(new { model = Model, prompt = tokens, temperature = 0, echo = true });
        JsonElement[] two = await ChoicesAsync(new { model = Model, prompt = new[] { tokens, tokens }, temperature = 0, echo = true });
        JsonElement[] text = await ChoicesAsync(new { model = Model, prompt = Prompt, temperature = 0, echo = true });

        Assert.StartsWith(Prompt, Text(text[0]), StringComparison.Ordinal);
        Assert.Equal(Text(text[0]), Text(one[0]));
        Assert.Equal([Text(text[0]), Text(text[0])], two.Select(Text));
    }

    [Fact]
    public async Task Every_token_comes_with_its_probability_and_its_place()
    {
        JsonElement choice = (await ChoicesAsync(new { model = Model, prompt = Prompt, temperature = 0, max_tokens = 8, logprobs = 2 }))[0];

        JsonElement logprobs = choice.GetProperty("logprobs");
        string[] tokens = [.. logprobs.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()!)];
        float[] probabilities = [.. logprobs.GetProperty("token_logprobs").EnumerateArray().Select(value => value.GetSingle())];
        JsonElement[] top = [.. logprobs.GetProperty("top_logprobs").EnumerateArray()];
        int[] offsets = [.. Offsets(choice)];
        Assert.Equal((8, 8, 8), (tokens.Length, probabilities.Length, top.Length));
        for (int i = 0; i < tokens.Length; i++)
        {
            Assert.Equal(tokens[i], Text(choice).Substring(offsets[i], tokens[i].Length));
            Assert.InRange(probabilities[i], -100, 0);
            Assert.Equal(probabilities[i], top[i].GetProperty(tokens[i]).GetSingle());
            Assert.Equal(probabilities[i], top[i].EnumerateObject().Max(alternative => alternative.Value.GetSingle()));
        }
    }

    [Fact]
    public async Task A_prompts_tokens_are_as_likely_as_when_they_were_the_answer()
    {
        const string Once = "The sky is";
        JsonElement made = (await ChoicesAsync(new { model = Model, prompt = Once, temperature = 0, max_tokens = 6, logprobs = 2, echo = true }))[0];
        JsonElement ids = (await server.PostJsonAsync("/v1/tokenize", new { model = Model, input = Once })).GetProperty("tokens");

        JsonElement read = (await ChoicesAsync(new { model = Model, prompt = Text(made), max_tokens = 0, logprobs = 2, echo = true }))[0];

        Assert.Equal((Text(made), "length"), (Text(read), read.GetProperty("finish_reason").GetString()));
        string[] tokens = [.. read.GetProperty("logprobs").GetProperty("tokens").EnumerateArray().Select(token => token.GetString()!)];
        int[] offsets = [.. Offsets(read)];
        Assert.Equal(Text(read), string.Concat(tokens));
        for (int i = 0; i < tokens.Length; i++)
            Assert.Equal(tokens[i], Text(read).Substring(offsets[i], tokens[i].Length));
        Assert.Equal(JsonValueKind.Null, read.GetProperty("logprobs").GetProperty("token_logprobs")[0].ValueKind);
        Assert.Equal(JsonValueKind.Null, read.GetProperty("logprobs").GetProperty("top_logprobs")[0].ValueKind);
        // Written out and read again, the text has the same tokens as far as it is the prompt.
        int same = made.GetProperty("logprobs").GetProperty("tokens").EnumerateArray().Select(token => token.GetString()).Zip(tokens).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.InRange(same, ids.GetArrayLength() + 1, tokens.Length);
        Assert.Equal(
            made.GetProperty("logprobs").GetProperty("token_logprobs").EnumerateArray().Take(same).Select(value => value.GetRawText()),
            read.GetProperty("logprobs").GetProperty("token_logprobs").EnumerateArray().Take(same).Select(value => value.GetRawText()));
    }

    [Fact]
    public async Task The_best_answers_are_the_likeliest_for_each_token()
    {
        JsonElement[] all = await ChoicesAsync(new { model = Model, prompt = Prompt, n = 4, seed = 3, temperature = 1, max_tokens = 12, logprobs = 0 });
        JsonElement answer = await server.PostJsonAsync(Path, new { model = Model, prompt = Prompt, n = 2, best_of = 4, seed = 3, temperature = 1, max_tokens = 12 });

        string[] likeliest = [.. all.OrderByDescending(choice => choice.GetProperty("logprobs").GetProperty("token_logprobs").EnumerateArray().Average(value => value.GetSingle())).Take(2).Select(Text)];
        Assert.Equal(likeliest, answer.GetProperty("choices").EnumerateArray().Select(Text));
        Assert.Equal([0, 1], answer.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("index").GetInt32()));
        Assert.InRange(answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32(), all.Sum(choice => choice.GetProperty("logprobs").GetProperty("tokens").GetArrayLength()), 48);
    }

    [Fact]
    public async Task An_answer_ends_before_a_stop_text()
    {
        string whole = Text((await ChoicesAsync(new { model = Model, prompt = Prompt, temperature = 0 }))[0]);
        string stop = whole[3..6];

        JsonElement choice = (await ChoicesAsync(new { model = Model, prompt = Prompt, temperature = 0, stop }))[0];

        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], Text(choice));
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
    }

    private async Task<JsonElement[]> ChoicesAsync(object body) =>
        [.. (await server.PostJsonAsync(Path, body)).GetProperty("choices").EnumerateArray()];

    private static string Text(JsonElement choice) => choice.GetProperty("text").GetString()!;

    private static IEnumerable<int> Offsets(JsonElement choice) =>
        choice.GetProperty("logprobs").GetProperty("text_offset").EnumerateArray().Select(offset => offset.GetInt32());
}

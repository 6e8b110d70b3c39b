using System.Text;
using Ingot.Protocol.Chat;
using Ingot.Server.Http;
using Ingot.Server.Mapping;
using Microsoft.AspNetCore.Http;

namespace Ingot.Server.Tests.Mapping;

/// <summary>The short way to write a chunk of text gives the bytes of the long one.</summary>
public sealed class ChunkFormTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("\"quoted\" \\ / <b>&amp;</b> 'single' `")]
    [InlineData("line\nline\r\n\ttab \u0000 \u001f \u007f \u0085 \u2028")]
    [InlineData("é Ω 漢字 \ud83d\ude00 \ufffd")]
    [InlineData("half \ud83d of a pair")]
    public async Task Text_is_written_as_the_serializer_writes_it(string text)
    {
        foreach (ChatCompletionChunk chunk in Variants(text))
            Assert.Equal(await WholeAsync(chunk), await ShortAsync(chunk));
    }

    [Fact]
    public async Task Choices_are_kept_apart_and_every_text_is_its_own()
    {
        var form = new ChunkForm();
        ChatCompletionChunk[] chunks = [Chunk(0, "a"), Chunk(1, "b"), Chunk(0, "c"), Chunk(1, "d")];

        string written = await WriteAsync(events =>
        {
            foreach (ChatCompletionChunk chunk in chunks)
                Assert.True(form.TryWrite(chunk, events));
        });

        string[] whole = await Task.WhenAll(chunks.Select(WholeAsync));
        Assert.Equal(string.Concat(whole), written);
    }

    [Fact]
    public async Task Whatever_carries_more_than_text_is_left_to_the_serializer()
    {
        ChatCompletionChunk plain = Chunk(0, "a");
        ChunkChoice choice = plain.Choices[0];
        ChatCompletionChunk[] others =
        [
            plain with { Choices = [] },
            plain with { Choices = [choice, choice with { Index = 1 }] },
            plain with { Choices = [choice with { FinishReason = "stop" }] },
            plain with { Choices = [choice with { Logprobs = new ChoiceLogprobs([]) }] },
            plain with { Choices = [choice with { Delta = new ChunkDelta() }] },
            plain with { Choices = [choice with { Delta = new ChunkDelta { Role = "assistant", Content = "" } }] },
            plain with { Choices = [choice with { Delta = new ChunkDelta { ReasoningContent = "thus" } }] },
            plain with { Usage = new ChunkUsage(new Usage(1, 2, 3, new PromptTokensDetails(0), new CompletionTokensDetails(0))) },
        ];

        string written = await WriteAsync(events => Assert.All(others, chunk => Assert.False(new ChunkForm().TryWrite(chunk, events))));

        Assert.Equal("", written);
    }

    private static IEnumerable<ChatCompletionChunk> Variants(string text)
    {
        yield return Chunk(0, text);
        yield return Chunk(7, text) with { Usage = new ChunkUsage(null) };
        yield return Chunk(0, text) with { ServiceTier = "default", SystemFingerprint = null };
        yield return Chunk(0, text) with { Model = "a \"model\":1 \\ ü" };
    }

    private static ChatCompletionChunk Chunk(int choice, string text) =>
        new("chatcmpl-1", 1_767_323_045, "tiny:1", [new ChunkChoice(choice, new ChunkDelta { Content = text }, null, null)]) { SystemFingerprint = "fp_0123456789" };

    private static Task<string> WholeAsync(ChatCompletionChunk chunk) => WriteAsync(events => events.Write("data: "u8, chunk));

    private static Task<string> ShortAsync(ChatCompletionChunk chunk) => WriteAsync(events => Assert.True(new ChunkForm().TryWrite(chunk, events)));

    private static async Task<string> WriteAsync(Action<EventWriter> write)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Response.Body = body;
        using (var events = new EventWriter(context.Response))
        {
            write(events);
            long unsent = events.Unsent;
            await events.FlushAsync(CancellationToken.None);
            Assert.Equal(body.Length, unsent);
        }

        return Encoding.UTF8.GetString(body.ToArray());
    }
}

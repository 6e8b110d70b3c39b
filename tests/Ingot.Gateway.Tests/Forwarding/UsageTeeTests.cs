using System.Text;
using Ingot.Gateway.Forwarding;

namespace Ingot.Gateway.Tests.Forwarding;

public sealed class UsageTeeTests
{
    [Theory]
    [InlineData("""{"usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}}""", 7)]
    [InlineData("""{"usage":{"input_tokens":3,"input_tokens_details":{"cached_tokens":2},"output_tokens":5}, "user": null}""", 8)]
    [InlineData("""{"choices": [{"text": "\"usage\": {\"total_tokens\": 1}"}]}""", null)]
    [InlineData("""{"usage": null}""", null)]
    [InlineData("""{"usage": {"total_tokens": 9}, "metadata": {"usage": "none"}}""", 9)]
    [InlineData("""{"usage": {"total_tokens": 5""", null)]
    public async Task What_an_answer_says_it_used_is_read_as_it_passes(string answer, int? tokens)
    {
        foreach (int size in new[] { 1, 7, 1000 })
        {
            var passed = new MemoryStream();
            var tee = new UsageTee(passed);
            foreach (byte[] piece in Encoding.UTF8.GetBytes(answer).Chunk(size))
                await tee.WriteAsync(piece);

            Assert.Equal(((long?)tokens, answer), (tee.Tokens(), Encoding.UTF8.GetString(passed.ToArray())));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_found_before_and_behind_much_else(bool isFirst)
    {
        string usage = "\"usage\":{\"total_tokens\":42}", rest = $"\"data\":\"{new string('x', 300_000)}\"";
        var tee = new UsageTee(Stream.Null);
        foreach (byte[] piece in Encoding.UTF8.GetBytes(isFirst ? $"{{{usage},{rest}}}" : $"{{{rest},{usage}}}").Chunk(40_000))
            await tee.WriteAsync(piece);

        Assert.Equal(42, tee.Tokens());
    }

    [Fact]
    public async Task Events_are_counted_wherever_they_are_cut()
    {
        byte[] events = "event: x\ndata: {\"a\":1}\n\n: wait\n\ndata: {\"d\":2}\n\ndata: [DONE]\n\n"u8.ToArray();
        foreach (int size in new[] { 1, 2, 3, 1000 })
        {
            var tee = new UsageTee(Stream.Null);
            foreach (byte[] piece in events.Chunk(size))
                await tee.WriteAsync(piece);

            Assert.Equal(3, tee.Events);
        }
    }
}

using Ingot.Cli.Chat;

namespace Ingot.Cli.Tests.Chat;

public sealed class MessageReaderTests
{
    [Theory]
    [InlineData(new[] { "  hello  " }, "hello")]
    [InlineData(new[] { "one\\", "two\\", "three" }, "one\ntwo\nthree")]
    [InlineData(new[] { "\"\"\"", "a", "  b", "\"\"\"" }, "a\n  b")]
    [InlineData(new[] { "\"\"\"a", "b\"\"\"" }, "a\nb")]
    [InlineData(new[] { "\"\"\"one line\"\"\"" }, "one line")]
    [InlineData(new[] { "\"\"\"", "never closed" }, "never closed")]
    [InlineData(new[] { "ends\\" }, "ends")]
    [InlineData(new[] { "" }, "")]
    public void A_message_may_take_several_lines(string[] lines, string message) =>
        Assert.Equal(message, Reader(lines, []).Read());

    [Fact]
    public void The_end_of_input_is_no_message() => Assert.Null(Reader([], []).Read());

    [Fact]
    public void The_prompt_tells_a_new_message_from_a_continued_one()
    {
        var prompts = new List<bool>();
        MessageReader reader = Reader(["one\\", "two", "three"], prompts);

        reader.Read();
        reader.Read();

        Assert.Equal([false, true, false], prompts);
    }

    private static MessageReader Reader(string[] lines, List<bool> prompts)
    {
        var queue = new Queue<string>(lines);
        return new MessageReader(() => queue.TryDequeue(out string? line) ? line : null, prompts.Add);
    }
}

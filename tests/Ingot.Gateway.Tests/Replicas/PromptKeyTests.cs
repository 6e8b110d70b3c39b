using System.Text;
using Ingot.Gateway.Replicas;

namespace Ingot.Gateway.Tests.Replicas;

public sealed class PromptKeyTests
{
    private const string System = """{"role": "system", "content": [{"type": "text", "text": "Be brief. {\"role\": \"user\"}"}]}""";
    private const string First = """{"content": "Why is the sky blue?", "role": "user"}""";

    [Fact]
    public void All_turns_of_a_conversation_have_one_key()
    {
        ulong? first = Key($"[{System}, {First}]");

        Assert.NotNull(first);
        Assert.Equal(first, Key($$"""[{{System}}, {{First}}, {"role": "assistant", "content": "It scatters."}, {"role": "user", "content": "And red?"}]"""));
    }

    [Theory]
    [InlineData("""[{"role": "system", "content": "Be verbose."}, {"content": "Why is the sky blue?", "role": "user"}]""")]
    [InlineData("""[{"role": "user", "content": "Why is the grass green?"}]""")]
    public void Another_beginning_is_another_key(string messages) => Assert.NotEqual(Key($"[{System}, {First}]"), Key(messages));

    [Fact]
    public void A_long_text_counts_by_its_beginning()
    {
        string beginning = new('a', 2000);

        Assert.Equal(Key($"\"{beginning} one\""), Key($"\"{beginning} another\""));
        Assert.NotEqual(Key($"\"{beginning}\""), Key($"\"b{beginning}\""));
    }

    [Fact]
    public void Tokens_count_by_their_beginning()
    {
        string beginning = string.Join(',', Enumerable.Range(0, 1000));

        Assert.Equal(Key($"[{beginning},1]"), Key($"[{beginning},2]"));
        Assert.NotEqual(Key($"[{beginning}]"), Key($"[7,{beginning}]"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"Hi\"")]
    public void What_is_hardly_worth_computing_has_no_key(string prompt) => Assert.Null(Key(prompt));

    [Fact]
    public void A_first_message_of_megabytes_is_looked_at_no_further_than_needed()
    {
        string image = new('x', 1 << 20);
        string messages = $$"""[{"role": "user", "content": "{{image}}"}, """;

        Assert.Equal(Key(messages + First + "]"), Key(messages + System + "]"));
    }

    [Theory]
    [InlineData("[{]")]
    [InlineData("[{\"role\": \"user\"")]
    [InlineData("[{\"role\"")]
    [InlineData("[[[[[[[[")]
    public void What_is_no_json_has_some_key_or_none(string prompt)
    {
        _ = Key(prompt);
        Assert.Equal(Key(prompt), Key(prompt));
    }

    private static ulong? Key(string prompt) => PromptKey.Of(Encoding.UTF8.GetBytes(prompt));
}

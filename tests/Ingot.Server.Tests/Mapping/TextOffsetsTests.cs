using System.Text;
using Ingot.Server.Mapping;

namespace Ingot.Server.Tests.Mapping;

public sealed class TextOffsetsTests
{
    [Fact]
    public void A_token_begins_after_the_characters_before_it()
    {
        var offsets = new TextOffsets();

        Assert.Equal([0, 3, 5, 6], new[] { "abc", "дe", "🌍", "!" }.Select(token => offsets.Take(Encoding.UTF8.GetBytes(token))));
    }

    [Fact]
    public void Tokens_that_share_a_character_begin_where_it_does()
    {
        byte[] globe = Encoding.UTF8.GetBytes("🌍");
        var offsets = new TextOffsets();

        int[] starts = [offsets.Take("a"u8), offsets.Take(globe.AsSpan(0, 1)), offsets.Take(globe.AsSpan(1, 2)), offsets.Take(globe.AsSpan(3)), offsets.Take("b"u8)];

        Assert.Equal([0, 1, 1, 1, 2], starts);
    }

    [Fact]
    public void A_token_without_bytes_takes_no_place()
    {
        var offsets = new TextOffsets();

        Assert.Equal([0, 0, 1], new[] { "", "x", "y" }.Select(token => offsets.Take(Encoding.UTF8.GetBytes(token))));
    }
}

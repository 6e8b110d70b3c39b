using System.Text;
using Ingot.Errors;
using Ingot.Gateway.Replicas;

namespace Ingot.Gateway.Tests.Replicas;

public sealed class EventStreamTests
{
    private const string Chat = "data: {\"a\":1}\n\ndata: {\"a\":2}\n\ndata: [DONE]\n\n";

    public static TheoryData<int> Pieces => [1, 2, 3, 5, 7, 16, 1000];

    [Theory]
    [MemberData(nameof(Pieces))]
    public async Task A_stream_that_ends_by_itself_comes_through_byte_by_byte(int piece)
    {
        await using EventStream events = Stream(Chat, piece, null);
        Assert.Equal(Chat, await ReadAsync(events, 64));

        await using EventStream narrow = Stream(Chat, piece, null);
        Assert.Equal(Chat, await ReadAsync(narrow, 4));
    }

    [Theory]
    [MemberData(nameof(Pieces))]
    public async Task What_is_missing_is_replaced_by_an_error_after_the_last_whole_event(int piece)
    {
        await using EventStream events = Stream("data: {\"a\":1}\n\ndata: {\"a\":", piece, new IOException("gone"));

        string text = await ReadAsync(events, 64);

        Assert.Equal(
            "data: {\"a\":1}\n\nevent: error\ndata: {\"error\":{\"message\":\"It broke: gone.\",\"type\":\"server_error\",\"param\":null,\"code\":\"provider_failed\"}}\n\n",
            text);
    }

    [Theory]
    [MemberData(nameof(Pieces))]
    public async Task A_response_that_breaks_off_ends_with_an_event_in_its_own_form_and_order(int piece)
    {
        string begun = "event: response.created\r\ndata: {\"type\":\"response.created\",\"sequence_number\":0}\r\n\r\n"
            + "event: response.in_progress\r\ndata: {\"sequence_number\":1,\"odd\":\"\\ndata: x\"}\r\n\r\n";
        await using EventStream events = Stream(begun + "event: response.out", piece, new IOException("gone"), isResponse: true);

        Assert.Equal(
            begun + "event: error\ndata: {\"type\":\"error\",\"sequence_number\":2,\"code\":\"provider_failed\",\"message\":\"It broke: gone.\",\"param\":null}\n\n",
            await ReadAsync(events, 4096));
    }

    [Fact]
    public async Task An_end_the_connection_does_not_show_is_believed_only_after_the_last_event()
    {
        await using EventStream whole = Stream(Chat, 8, null, showsItsEnd: false);
        Assert.Equal(Chat, await ReadAsync(whole, 64));

        await using EventStream half = Stream(Chat[..20], 8, null, showsItsEnd: false);
        Assert.EndsWith("\"code\":\"provider_failed\"}}\n\n", await ReadAsync(half, 64), StringComparison.Ordinal);

        await using EventStream response = Stream("event: response.completed\ndata: {}\n\n", 8, null, isResponse: true, showsItsEnd: false);
        Assert.Equal("event: response.completed\ndata: {}\n\n", await ReadAsync(response, 64));
    }

    [Fact]
    public async Task After_the_last_event_it_does_not_matter_how_the_connection_ends()
    {
        await using EventStream events = Stream(Chat, 8, new IOException("gone"));

        Assert.Equal(Chat, await ReadAsync(events, 64));
    }

    [Fact]
    public async Task Whoever_ended_the_reading_is_told_so()
    {
        using var gone = new CancellationTokenSource();
        await using EventStream events = Stream("data: 1\n\n", 1000, new OperationCanceledException());
        Assert.Equal(9, await events.ReadAsync(new byte[100], gone.Token));
        await gone.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(async () => Assert.Equal(0, await events.ReadAsync(new byte[100], gone.Token)));
    }

    private static EventStream Stream(string text, int piece, Exception? end, bool isResponse = false, bool showsItsEnd = true) => new(
        new Dripping(Encoding.UTF8.GetBytes(text), piece, end),
        isResponse,
        showsItsEnd,
        exception => new IngotException(ErrorCode.ProviderFailed, $"It broke: {exception?.Message ?? "too early"}."));

    // As a forwarder reads: asks without room first whether there is something.
    private static async Task<string> ReadAsync(EventStream events, int room)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[room];
        while (true)
        {
            Assert.Equal(0, await events.ReadAsync(Memory<byte>.Empty));
            int read = await events.ReadAsync(buffer);
            if (read == 0)
                return text.ToString();
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
    }

    /// <summary>Bytes that come in pieces, and then an end or a failure.</summary>
    private sealed class Dripping(byte[] bytes, int piece, Exception? end) : ReadStream
    {
        private int _position;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = Math.Min(Math.Min(piece, buffer.Length), bytes.Length - _position);
            if (_position == bytes.Length && end is not null)
                return ValueTask.FromException<int>(end);
            bytes.AsSpan(_position, count).CopyTo(buffer.Span);
            _position += count;
            return ValueTask.FromResult(count);
        }
    }
}

using System.Text;
using Ingot.Gateway.Responses;

namespace Ingot.Gateway.Tests.Responses;

/// <summary>Finding a response's id in what passes.</summary>
public sealed class ResponseIdTeeTests
{
    private const string Events =
        ": hello\n\nevent: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"metadata\":{\"id\":\"resp_no\"},\"id\":\"resp_1\"}}\n\ndata: {\"response\":{\"id\":\"resp_2\"}}\n\n";

    [Theory]
    [InlineData("""  {"metadata": {"id": "resp_no"}, "tools": [{"id": "resp_no"}], "id": "resp_1", "output": []}""", "resp_1")]
    [InlineData(Events, "resp_1")]
    [InlineData("""{"object": "response"}""", null)]
    [InlineData("""{"id": 1}""", null)]
    [InlineData("""{"id": "\ud800"}""", null)]
    [InlineData("""["id", "resp_1"]""", null)]
    [InlineData("no JSON", null)]
    [InlineData("data: {\"id\":\"resp_1\"}\n\n", null)]
    public async Task The_id_is_told_once_before_it_goes_on_however_the_text_is_cut(string text, string? expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        foreach (int piece in new[] { 1, 7, bytes.Length })
        {
            var passed = new MemoryStream();
            List<(string Id, long After)> found = [];
            await using var tee = new ResponseIdTee(passed, id =>
            {
                found.Add((id, passed.Length));
                return Task.CompletedTask;
            });
            foreach (byte[] part in bytes.Chunk(piece))
                await tee.WriteAsync(part, TestContext.Current.CancellationToken);

            Assert.Equal(bytes, passed.ToArray());
            Assert.Equal(expected is null ? [] : [expected], found.Select(one => one.Id));
            Assert.All(found, one => Assert.True(one.After <= text.IndexOf("resp_1", StringComparison.Ordinal) + "resp_1".Length));
        }
    }

    [Fact]
    public async Task What_goes_on_for_ever_without_an_id_is_not_kept()
    {
        var passed = new MemoryStream();
        bool isFound = false;
        await using var tee = new ResponseIdTee(passed, _ => Task.FromResult(isFound = true));
        byte[] part = Encoding.ASCII.GetBytes(new string('\n', 64 << 10));
        for (int i = 0; i < 5; i++)
            await tee.WriteAsync(part, TestContext.Current.CancellationToken);
        await tee.WriteAsync("{\"id\":\"resp_1\"}"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.False(isFound);
        Assert.Equal((5 * part.Length) + 15, passed.Length);
    }
}

using System.Text;
using Ingot.Gateway.Replicas;

namespace Ingot.Gateway.Tests.Replicas;

public sealed class AnswerPlacesTests
{
    [Theory]
    [InlineData("""{"id":"resp_1","object":"response"}""")]
    [InlineData("event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\": \"resp_1\"}}")]
    public void A_response_is_found_where_it_was_made(string beginning)
    {
        var places = new AnswerPlaces();
        places.Note(Encoding.UTF8.GetBytes(beginning), 7);

        Assert.Equal(7UL, places.Find("resp_1"));
        Assert.Null(places.Find("resp_2"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"id":"resp_""")]
    [InlineData("""{"id":"chatcmpl-1"}""")]
    public void Nothing_is_made_of_what_is_no_response(string beginning)
    {
        var places = new AnswerPlaces();
        places.Note(Encoding.UTF8.GetBytes(beginning), 7);

        Assert.Null(places.Find("resp_"));
        Assert.Null(places.Find("chatcmpl-1"));
    }

    [Fact]
    public void The_oldest_are_forgotten()
    {
        var places = new AnswerPlaces(most: 2);
        foreach (string id in new[] { "resp_1", "resp_2", "resp_2", "resp_3" })
            places.Note(Encoding.UTF8.GetBytes($"\"{id}\""), 7);

        Assert.Equal([null, 7UL, 7UL], new[] { "resp_1", "resp_2", "resp_3" }.Select(places.Find));
    }
}

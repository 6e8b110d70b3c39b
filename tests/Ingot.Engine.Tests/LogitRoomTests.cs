using Ingot.Errors;
using Ingot.Testing;

namespace Ingot.Engine.Tests;

public sealed class LogitRoomTests
{
    [Theory]
    [InlineData(1, 1024, 128)]
    [InlineData(256, 1024, 128)]
    [InlineData(152_064, 1024, 27)]
    [InlineData(262_144, 1024, 16)]
    [InlineData(1_000_000, 500, 4)]
    [InlineData(1 << 24, 1, 1)]
    public void A_step_has_room_for_these_answers_and_scored_rows_at_least(int width, int answers, int scored)
    {
        var room = new LogitRoom(width);

        Assert.True(room.MostAnswers >= answers, $"{room.MostAnswers} answers");
        Assert.True(room.MostScoredRows >= scored, $"{room.MostScoredRows} scored rows");
        Assert.True((long)Math.Min(room.MostAnswers + 64 + room.MostScoredRows, 1 << 17) * width <= Array.MaxLength, "The rows of a step fit one array.");
    }

    [Theory]
    [InlineData(100, 101, 200)]
    [InlineData(100, 201, 201)]
    [InlineData(1 << 28, (1 << 28) + 1, 1 << 29)]
    [InlineData((1 << 28) + 1, (1 << 28) + 2, 1 << 29)]
    [InlineData(1 << 29, (1 << 29) + 1, (1 << 29) + 1)]
    [InlineData((1 << 30) + 1, (1 << 30) + 2, (1 << 30) + 2)]
    public void Room_doubles_up_to_two_gibibytes(int before, int needed, int expected) => Assert.Equal(expected, LogitRoom.Grown(before, needed));

    [Fact]
    public void Rows_that_are_wider_than_can_be_are_refused()
    {
        using var runner = new FakeRunner { VocabularySize = (1 << 24) + 1 };

        var error = Assert.Throws<IngotException>(() => InferenceEngineTests.Start(runner));

        Assert.Equal(ErrorCode.ModelUnsupported, error.Code);
        Assert.Contains("16777217", error.Message, StringComparison.Ordinal);
    }
}

using Ingot.Service.Chat.Parsing;

namespace Ingot.Service.Tests.Chat.Parsing;

public sealed class ReasoningParserTests
{
    [Theory]
    [InlineData("<think>\nHm, well.\n</think>\n\nYes.", false, "R:Hm, well.|T:Yes.")]
    [InlineData("\n<think>a b</think>c", false, "R:a b|T:c")]
    [InlineData("<think>\n\n</think>\n\nYes.", false, "T:Yes.")]
    [InlineData("Yes, <think>no</think>.", false, "T:Yes, <think>no</think>.")]
    [InlineData(" <thin", false, "T: <thin")]
    [InlineData("  spaced", false, "T:  spaced")]
    [InlineData("<think>never done", false, "R:never done")]
    [InlineData("<think>half </thi", false, "R:half </thi")]
    [InlineData("so.\n</think>\nYes.", true, "R:so.|T:Yes.")]
    [InlineData("", true, "")]
    [InlineData("<think>a<b</think>c</think>d", false, "R:a<b|T:c</think>d")]
    public void Thinking_and_answer_are_told_apart_however_the_text_is_cut(string text, bool startsInside, string expected)
    {
        foreach (var pieces in Splits.Of(text))
        {
            var parser = new ReasoningParser(new OutputMarkers("<think>", "</think>"), startsInside);
            var parts = new List<OutputPart>();
            foreach (var piece in pieces)
                parser.Append(piece, parts);
            parser.Flush(parts);
            Assert.Equal(expected, Parts.Show(parts));
        }
    }

    [Fact]
    public void It_knows_when_the_model_thinks()
    {
        var parser = new ReasoningParser(new OutputMarkers("<think>", "</think>"), startsInside: false);
        var parts = new List<OutputPart>();

        parser.Append("<think>", parts);
        Assert.True(parser.IsInside);
        parser.Append("a</think>", parts);
        Assert.False(parser.IsInside);
    }
}

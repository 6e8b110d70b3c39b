using Ingot.Service.Chat.Calls;
using Ingot.Service.Chat.Parsing;

namespace Ingot.Service.Tests.Chat.Parsing;

public sealed class FreeCallParserTests
{
    [Theory]
    [InlineData("Just text, a < b.", "T:Just text, a < b.")]
    [InlineData("""<tool_call>{"name":"f","arguments":{"a":1}}</tool_call>""", """C:f({"a":1})""")]
    [InlineData("""Sure.  <tool_call> {"name":"f","arguments":{"a":1}} </tool_call> """, """T:Sure.|C:f({"a":1})""")]
    [InlineData("<tool_call>\n{\"name\":\"f\"}\n</tool_call>\n<tool_call>{\"name\":\"g\",\"parameters\":{}}</tool_call>\n", "C:f({})|C:g({})")]
    [InlineData("""<tool_call>[{"name":"f","arguments":{}},{"name":"g","arguments":null}]</tool_call>""", "C:f({})|C:g({})")]
    [InlineData("""<tool_call>{"name":"f","arguments":"{\"a\":1}"}</tool_call>""", """C:f({"a":1})""")]
    [InlineData("""<tool_call>{"name":"f","arguments":{"t":"</tool_call>"}}</tool_call>x""", """C:f({"t":"</tool_call>"})|T:x""")]
    [InlineData("""<tool_call>{"name":"f","arguments":{"t":"a\"</tool_call>"}}</tool_call>""", """C:f({"t":"a\"</tool_call>"})""")]
    [InlineData("""<tool_call>{"name":"f"}</tool_call> then  <tool_call>{"name":"g"}</tool_call>""", "C:f({})|T:then|C:g({})")]
    [InlineData("a <tool_call>{nope}</tool_call> b ", "T:a <tool_call>{nope}</tool_call> b ")]
    [InlineData("<tool_call></tool_call>", "T:<tool_call></tool_call>")]
    [InlineData("""<tool_call>{"arguments":{}}</tool_call>""", """T:<tool_call>{"arguments":{}}</tool_call>""")]
    [InlineData("""<tool_call>{"name":"","arguments":{}}</tool_call>""", """T:<tool_call>{"name":"","arguments":{}}</tool_call>""")]
    [InlineData("""<tool_call>{"name":"f","arguments":[1]}</tool_call>""", """T:<tool_call>{"name":"f","arguments":[1]}</tool_call>""")]
    [InlineData("""<tool_call>[{"name":"f"},7]</tool_call>""", """T:<tool_call>[{"name":"f"},7]</tool_call>""")]
    [InlineData("""<tool_call>{"name":"\ud800"}</tool_call>""", """T:<tool_call>{"name":"\ud800"}</tool_call>""")]
    [InlineData("<tool_cal", "T:<tool_cal")]
    [InlineData("<tool_cal>x", "T:<tool_cal>x")]
    [InlineData("<<tool_call>{\"name\":\"f\"}</tool_call>", "T:<|C:f({})")]
    [InlineData("""x <tool_call>{"name":"f","arguments":{"a":1}}""", """T:x|C:f({"a":1})""")]
    [InlineData("""x <tool_call>{"name":"f","argu """, """T:x <tool_call>{"name":"f","argu """)]
    [InlineData("""<tool_call>{"name":"f</tool_call> and <tool_call>{"name":"g"}</tool_call>""", """T:<tool_call>{"name":"f</tool_call> and|C:g({})""")]
    [InlineData("  ", "T:  ")]
    [InlineData("", "")]
    public void Calls_and_text_are_told_apart_however_the_text_is_cut(string text, string expected)
    {
        foreach (var pieces in Splits.Of(text))
            Assert.Equal(expected, Run(pieces));
    }

    [Fact]
    public void Any_cut_of_any_text_gives_the_same()
    {
        var random = new Random(11);
        for (var i = 0; i < 3000; i++)
        {
            var text = Splits.Random(random, "<tool_call>", "</tool_call>", "{\"name\":\"f\"}", " ", "\"", "text", "<tool", "{\"name\":\"f\",\"arguments\":{\"a\":\"", "\"}}", "\\");
            Assert.Equal(Run([text]), Run(Splits.Cut(text, random)));
        }
    }

    [Fact]
    public void Text_before_a_call_is_let_out_at_once()
    {
        var parser = new FreeCallParser(CallFormats.Tagged);
        var parts = new List<OutputPart>();

        parser.Append("Hello <to", parts);

        Assert.Equal([new OutputPart.Text("Hello")], parts);
    }

    [Fact]
    public void A_very_long_argument_takes_no_time()
    {
        var parser = new FreeCallParser(CallFormats.Tagged);
        var parts = new List<OutputPart>();
        var argument = new string('x', 2_000_000);

        parser.Append("<tool_call>{\"name\":\"f\",\"arguments\":{\"a\":\"", parts);
        foreach (var piece in argument.Chunk(5))
            parser.Append(new string(piece), parts);
        parser.Append("\"}}</tool_call>", parts);

        Assert.Equal($"{{\"a\":\"{argument}\"}}", Assert.IsType<OutputPart.Call>(Assert.Single(parts)).Arguments);
    }

    private static string Run(IReadOnlyList<string> pieces)
    {
        var parser = new FreeCallParser(CallFormats.Tagged);
        var parts = new List<OutputPart>();
        foreach (var piece in pieces)
            parser.Append(piece, parts);
        parser.Flush(parts);
        return Parts.Show(parts);
    }
}

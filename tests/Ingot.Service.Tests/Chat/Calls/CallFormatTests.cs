using Ingot.Service.Chat;
using Ingot.Service.Chat.Calls;
using Ingot.Service.Chat.Parsing;
using Ingot.Service.Tests.Chat.Parsing;
using Ingot.Testing;

namespace Ingot.Service.Tests.Chat.Calls;

/// <summary>Every format: what is written by its description is read by its description, however it is cut.</summary>
public sealed class CallFormatTests
{
    public static TheoryData<string> Formats => FormatCases.Names;

    [Theory]
    [MemberData(nameof(Formats))]
    public void Calls_are_read_as_they_are_written_however_the_text_is_cut(string name)
    {
        var format = FormatCases.Of(name);
        TurnToolCall[][] answers = FormatCases.IsParallel(format)
            ? [[FormatCases.Weather], [FormatCases.Note], [FormatCases.Stop], [FormatCases.Weather, FormatCases.Stop, FormatCases.Note]]
            : [[FormatCases.Weather], [FormatCases.Note], [FormatCases.Stop]];
        foreach (var calls in answers)
        {
            var text = CallWriter.Write(format, calls);
            var expected = Show(calls);
            foreach (var pieces in TwoPieces(text).Append([.. text.Select(c => c.ToString())]))
            {
                Assert.Equal(expected, Run(new EnforcedCallParser(format, FormatCases.Targets(format)), pieces));
                Assert.Equal(expected, Run(new FreeCallParser(format), pieces));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Text_before_a_call_is_text_and_nothing_of_the_call_is(string name)
    {
        var format = FormatCases.Of(name);
        var calls = CallWriter.Write(format, [FormatCases.Weather]);
        var expected = format.StartsAnswer ? $"T:Let me see. {calls}" : $"T:Let me see.|{Show([FormatCases.Weather])}";
        foreach (var pieces in TwoPieces($"Let me see. {calls}"))
        {
            Assert.Equal(expected, Run(new EnforcedCallParser(format, FormatCases.Targets(format)), pieces));
            Assert.Equal(expected, Run(new FreeCallParser(format), pieces));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void White_space_that_models_add_or_leave_out_changes_nothing(string name)
    {
        var format = FormatCases.Of(name);
        var text = CallWriter.Write(format, [FormatCases.Weather]);
        var arguments = text.IndexOf(format.Parameter is null ? "{\"city\"" : "city", StringComparison.Ordinal);
        var tight = string.Concat(text[..arguments].Where(c => !char.IsWhiteSpace(c))) + text[arguments..];
        if (name != "Functionary")
            Assert.Equal(Show([FormatCases.Weather]), Run(new EnforcedCallParser(format, FormatCases.Targets(format)), [tight]));
        Assert.Equal(Show([FormatCases.Weather]), Run(new EnforcedCallParser(format, FormatCases.Targets(format)), [text + " \n"]));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void An_unheld_call_that_is_no_call_is_text(string name)
    {
        var format = FormatCases.Of(name);
        var text = CallWriter.Write(format, [FormatCases.Weather]);
        string[] broken =
        [
            text.Replace("get_weather", "", StringComparison.Ordinal),
            text[..(text.IndexOf("Rome", StringComparison.Ordinal) + 2)],
            text.Replace("{\"city\": \"Rome\"", "{\"city\": Rome\"", StringComparison.Ordinal),
        ];
        foreach (var wrong in broken.Where(wrong => wrong != text))
        {
            foreach (var pieces in TwoPieces("Well " + wrong))
                Assert.Equal("T:Well " + wrong, Run(new FreeCallParser(format), pieces));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Endless_and_nested_output_costs_little(string name)
    {
        var format = FormatCases.Of(name);
        var (opening, targets) = (format.Opening ?? "{", FormatCases.Targets(format));
        string[] hostile =
        [
            string.Concat(Enumerable.Repeat(opening, 5_000)),
            opening + new string('{', 50_000),
            opening + string.Concat(Enumerable.Repeat("[]", 25_000)),
            CallWriter.Write(format, [FormatCases.Weather with { Name = new string('a', 50_000) }]),
            opening + new string(' ', 50_000),
            new string(' ', 50_000),
            opening + string.Concat(Enumerable.Repeat(format.Closing ?? "}", 5_000)),
        ];
        foreach (var text in hostile)
        {
            var pieces = text.Chunk(7).Select(piece => new string(piece)).ToList();
            var spent = ThreadTime.Taken(() =>
            {
                Assert.True(Length(new FreeCallParser(format), pieces) <= text.Length);
                Assert.True(Length(new EnforcedCallParser(format, targets), pieces) <= text.Length);
            });
            Assert.True(spent < TimeSpan.FromSeconds(10), $"{spent} for {text[..30]}");
        }
    }

    [Fact]
    public void Every_family_is_told_by_its_signs_and_a_template_without_them_is_none()
    {
        Assert.All(CallFormats.All, format => Assert.Equal(format.Name, CallFormats.Of(FormatCases.Template(format))?.Name));
        Assert.Equal("Llama 3", CallFormats.Of("""ipython {{ 'Respond as {\"name\": f, \"parameters\": {}}' }}""")?.Name);
        Assert.Null(CallFormats.Of(TinyModel.Template));
    }

    [Fact]
    public void Markers_of_a_catalog_choose_the_format_they_open()
    {
        Assert.Equal("Phi", CallFormats.Between("<|tool_call|>", "<|/tool_call|>").Name);
        Assert.Equal("tagged JSON", CallFormats.Between("<tool_call>", "</tool_call>").Name);
        var own = CallFormats.Between("<call>", "</call>");
        Assert.Equal("C:get_weather({})", Run(new FreeCallParser(own), ["""<call>{"name":"get_weather"}</call>"""]));
    }

    [Fact]
    public void Ids_are_as_templates_want_them()
    {
        Assert.Matches("^[A-Za-z0-9]{9}$", new CallIds(CallIdForm.Nine, 0).Next("f"));
        Assert.Matches("^call_[A-Za-z0-9]{9}$", new CallIds(CallIdForm.Prefixed, 0).Next("f"));
        var numbered = new CallIds(CallIdForm.Numbered, 2);
        Assert.Equal(("functions.f:2", "functions.g:3"), (numbered.Next("f"), numbered.Next("g")));
    }

    [Theory]
    [InlineData("""{"name": "Bob", "age": 3}""")]
    [InlineData("""{"name": "get_weather_of", "parameters": {}}""")]
    [InlineData("{")]
    [InlineData("""{"name": "get_""")]
    [InlineData("  \n")]
    public void Where_nothing_opens_a_call_other_JSON_is_text(string text)
    {
        var format = FormatCases.Of("Llama 3");
        foreach (var pieces in TwoPieces(text))
            Assert.Equal("T:" + text, Run(new EnforcedCallParser(format, FormatCases.Targets(format)), pieces));
    }

    [Theory]
    [InlineData("Mistral", "[TOOL_CALLS]get_weather[CALL_ID]a1b2c3d4e[ARGS]{}", "C:get_weather({})")]
    [InlineData("Mistral array", """[TOOL_CALLS] [{"name": "get_weather", "arguments": {}, "id": "a1b2c3d4e"}]""", "C:get_weather({})")]
    [InlineData("Llama 3", """<|python_tag|>{"type": "function", "name": "get_weather", "parameters": {}}""", "C:get_weather({})")]
    [InlineData("Kimi K2", "<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:12<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>", "C:get_weather({})")]
    [InlineData("Qwen3-Coder", "<tool_call>\n<function=get_weather>\n<parameter=city>\nNew\nYork\n</parameter>\n<parameter=days>\n3\n</parameter>\n</function>\n</tool_call>", """C:get_weather({"city": "New\nYork", "days": 3})""")]
    [InlineData("GLM", "<tool_call>get_weather<arg_key>city</arg_key><arg_value>7</arg_value></tool_call>", """C:get_weather({"city": "7"})""")]
    [InlineData("Qwen3-Coder", "<tool_call><function=add-note>\n<parameter=tags>\n[\"</parameter>\"]\n</parameter>\n</function></tool_call>", """C:add-note({"tags": ["</parameter>"]})""")]
    public void What_models_are_known_to_write_is_read(string name, string text, string expected)
    {
        var format = FormatCases.Of(name);
        foreach (var pieces in TwoPieces(text))
            Assert.Equal(expected, Run(new EnforcedCallParser(format, FormatCases.Targets(format)), pieces));
    }

    private static string Show(IEnumerable<TurnToolCall> calls) => string.Join('|', calls.Select(call => $"C:{call.Name}({call.Arguments})"));

    private static IEnumerable<IReadOnlyList<string>> TwoPieces(string text) => Enumerable.Range(0, text.Length).Select(at => (string[])[text[..at], text[at..]]);

    private static int Length(ICallParser parser, IReadOnlyList<string> pieces)
    {
        var parts = new List<OutputPart>();
        foreach (var piece in pieces)
            parser.Append(piece, parts);
        parser.Flush(parts);
        return parts.Sum(part => part is OutputPart.Text text ? text.Value.Length : part is OutputPart.CallArguments more ? more.Value.Length : 0);
    }

    private static string Run(ICallParser parser, IReadOnlyList<string> pieces)
    {
        var parts = new List<OutputPart>();
        foreach (var piece in pieces)
            parser.Append(piece, parts);
        parser.Flush(parts);
        return Parts.Show(parts);
    }
}

using System.Text.Json;
using Ingot.Service.Chat;
using Ingot.Service.Chat.Calls;
using Ingot.Testing;

namespace Ingot.Service.Tests.Chat.Calls;

/// <summary>Answers of a model that says anything, in every format that its template may ask for: held to calls, they are calls.</summary>
public sealed class EnforcedFormatTests
{
    private static readonly ToolDefinition[] Tools =
    [
        new("weather", null, JsonElement.Parse(
            """{"type":"object","properties":{"city":{"type":"string","maxLength":5},"days":{"type":"integer","minimum":1,"maximum":9}},"required":["city","days"],"additionalProperties":false}""")),
        new("stop.all", null, null, IsStrict: true),
    ];

    public static TheoryData<string, bool> Formats()
    {
        var data = new TheoryData<string, bool>();
        foreach (var format in CallFormats.All)
        {
            data.Add(format.Name, false);
            data.Add(format.Name, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Required_calls_are_calls_and_nothing_else(string name, bool markersAreTokens)
    {
        var format = FormatCases.Of(name);
        using var model = Model(format, markersAreTokens);
        await using var fixture = new ChatFixture(model, () => model.Load(Babbling(model)));
        for (var round = 0; round < 3; round++)
        {
            var turn = ChatFixture.Turn($"{round}") with { Tools = Tools, ToolChoice = ToolChoice.Required, ParallelToolCalls = false };
            var updates = await fixture.AnswerAsync(turn);

            Assert.Empty(updates.OfType<TextDelta>());
            Check(Assert.Single(ChatFixture.Joined(updates).OfType<ToolCallDelta>()), format);
            Assert.Equal(ChatFinish.ToolCalls, Assert.Single(updates.OfType<Finished>()).Reason);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Calls_in_the_models_own_form_are_found_one_after_the_other(string name, bool markersAreTokens)
    {
        var format = FormatCases.Of(name);
        using var model = Model(format, markersAreTokens);
        TurnToolCall[] calls = [new("", "weather", """{"city": "Rome", "days": 3}"""), new("", "stop.all", "{}"), new("", "weather", """{"city": "Oslo", "days": 1}""")];
        calls = format.IsSingle ? calls[..1] : calls;
        var text = format.Preface.Length > 0 || format.StartsAnswer ? "" : "One moment. ";
        var written = CallWriter.Write(format, calls);
        int[] reply = Tokens(model, text + (format.Preface.Length > 0 ? written[format.Markers[0].Length..] : written), markersAreTokens);
        await using var fixture = new ChatFixture(model, () => model.Load(reply));

        var updates = await fixture.AnswerAsync(ChatFixture.Turn() with { Tools = Tools });

        var expected = calls.Select((call, index) => $"C{index}:{call.Name}({call.Arguments})").Append("F:ToolCalls");
        Assert.Equal(string.Join('|', text.Length > 0 ? expected.Prepend("T:One moment.") : expected), ChatFixture.Show(updates));
        var pieces = updates.OfType<ToolCallDelta>().ToList();
        var beginnings = pieces.Where(piece => piece.Id is not null).ToList();
        Assert.Equal(calls.Length, beginnings.Select(piece => piece.Id).Distinct().Count());
        Assert.All(beginnings, piece => Assert.Equal("", piece.Arguments));
        Assert.Equal(pieces.Select(piece => piece.Index).Order(), pieces.Select(piece => piece.Index));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Text_stays_text(string name, bool markersAreTokens)
    {
        var format = FormatCases.Of(name);
        using var model = Model(format, markersAreTokens);
        var preface = format.Preface.Length > 0 ? format.Preface[format.Markers[0].Length..] : "";
        await using var fixture = new ChatFixture(model, () => model.Load(TinyModel.Tokens(preface + "It is {warm}. ")));

        Assert.Equal("T:It is {warm}. |F:Stop", await fixture.ShowAsync(ChatFixture.Turn() with { Tools = Tools }));
        Assert.Equal("T:It is {warm}. |F:Stop", await fixture.ShowAsync(ChatFixture.Turn()));
        Assert.Equal("T:It is {warm}. |F:Stop", await fixture.ShowAsync(ChatFixture.Turn() with { Tools = Tools, ToolChoice = ToolChoice.None }));
    }

    private static TinyModel Model(CallFormat format, bool markersAreTokens) =>
        new(FormatCases.Template(format), specialMarkers: markersAreTokens, contextLength: 2048, moreTokens: markersAreTokens ? MoreTokens(format) : []);

    private static string[] MoreTokens(CallFormat format) => [.. format.Markers.Where(marker => marker is not ("<tool_call>" or "</tool_call>"))];

    private static FakeRunner Babbling(TinyModel model) => new() { VocabularySize = model.VocabularySize, ContextLength = 1024, EndOfSequenceIds = [TinyModel.End], Certainty = 4 };

    // As the tokenizer would, were it asked to write what it reads.
    private static int[] Tokens(TinyModel model, string text, bool markersAreTokens) => markersAreTokens
        ? [.. Ingot.Text.Tokenizers.Tokenizer.Load(model.Entry.LocalPath!).Encode(text, addSpecialTokens: false)]
        : TinyModel.Tokens(text);

    private static void Check(ToolCallDelta call, CallFormat format)
    {
        Assert.Matches(format.Ids switch
        {
            CallIdForm.Nine => "^[A-Za-z0-9]{9}$",
            CallIdForm.Numbered => "^functions\\.(weather|stop\\.all):0$",
            _ => "^call_[A-Za-z0-9]{9}$",
        }, call.Id);
        var arguments = JsonElement.Parse(call.Arguments);
        if (call.Name == "stop.all")
        {
            Assert.Empty(arguments.EnumerateObject());
            return;
        }

        Assert.Equal("weather", call.Name);
        Assert.InRange(arguments.GetProperty("city").GetString()!.EnumerateRunes().Count(), 0, 5);
        Assert.InRange(arguments.GetProperty("days").GetInt32(), 1, 9);
    }
}

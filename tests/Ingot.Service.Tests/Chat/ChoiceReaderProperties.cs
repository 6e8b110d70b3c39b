using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Ingot.Engine;
using Ingot.Service.Chat;
using Ingot.Text.Tokenizers;

namespace Ingot.Service.Tests.Chat;

/// <summary>What reaches the caller of any tokens, with any stop texts: byte for byte what it should be, and never half a character.</summary>
public sealed class ChoiceReaderProperties : IDisposable
{
    private static readonly OutputMarkup PlainText = new(ToolCalls: null, Reasoning: null, StartsInReasoning: false);

    // Letters that repeat, so that stop texts half match; and characters of one to four bytes that share their first ones.
    private static readonly Gen<string> Letter = Gen.Elements("a", "b", "ab", "\n", "é", "è", "€", "🙂", "🙃", "👩‍👧", "\u0301");

    private static readonly Gen<string> Text = Several(Letter, 0, 24).Select(string.Concat);

    private static readonly Gen<(string Text, IReadOnlyList<string> Stops)> TextAndStops =
        from text in Text
        from stops in Several(Several(Letter, 1, 3).Select(string.Concat), 0, 4)
        select (text, stops);

    private readonly TinyModel _model = new();
    private readonly Tokenizer _tokenizer;

    public ChoiceReaderProperties() => _tokenizer = Tokenizer.Load(_model.Entry.LocalPath!);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void The_text_ends_before_the_stop_that_is_complete_first_and_no_part_of_it_is_let_out() =>
        Prop.ForAll(TextAndStops.ToArbitrary(), pair =>
        {
            (string text, IReadOnlyList<string> stops) = pair;
            (string expected, bool stopped) = Reference(text, stops);

            List<string> pieces = Read(Encoding.UTF8.GetBytes(text), stops, out var tokens);

            Assert.Equal(expected, string.Concat(pieces));
            Assert.Equal(stopped ? Encoding.UTF8.GetByteCount(UpToStop(text, stops)) : Encoding.UTF8.GetByteCount(text), tokens);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Every_piece_is_whole_characters_however_tokens_split_them() =>
        Prop.ForAll(Text.ToArbitrary(), text =>
        {
            foreach (string piece in Read(Encoding.UTF8.GetBytes(text), [], out _))
            {
                Assert.NotEqual("", piece);
                Assert.DoesNotContain('\uFFFD', piece);
                Assert.Equal(piece, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(piece)));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Bytes_that_are_no_text_give_what_decoding_them_at_once_gives() =>
        Prop.ForAll(Several(Gen.Choose(0, 255), 0, 40).ToArbitrary(), bytes =>
        {
            List<string> pieces = Read([.. bytes.Select(value => (byte)value)], [], out _);

            Assert.Equal(_tokenizer.Decode(bytes), string.Concat(pieces));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static Gen<IReadOnlyList<T>> Several<T>(Gen<T> item, int least, int most) =>
        from count in Gen.Choose(least, most)
        from items in item.ListOf(count)
        select (IReadOnlyList<T>)[.. items];

    /// <summary>Reads tokens of one byte each.</summary>
    private List<string> Read(byte[] bytes, IReadOnlyList<string> stops, out int tokens)
    {
        var reader = new ChoiceReader(0, _tokenizer, stops, PlainText);
        var updates = new List<ChatUpdate>();
        foreach (byte value in bytes)
        {
            if (!reader.IsFinished)
                reader.Read(new TokenEvent(value), updates);
        }

        if (!reader.IsFinished)
            reader.Read(new TokenEvent(null, null, FinishReason.Stop, new TokenUsage(1, bytes.Length, 0)), updates);
        tokens = reader.TokenCount;
        Assert.IsType<Finished>(updates[^1]);
        return [.. updates.OfType<TextDelta>().Select(delta => delta.Text)];
    }

    /// <summary>The plainest way to say it: letter by letter, until what was said ends in a stop; of several the longest.</summary>
    private static (string Text, bool Stopped) Reference(string text, IReadOnlyList<string> stops)
    {
        string said = UpToStop(text, stops);
        string? stop = stops.Where(stop => said.EndsWith(stop, StringComparison.Ordinal)).MaxBy(stop => stop.Length);
        return stop is null ? (text, false) : (said[..^stop.Length], true);
    }

    private static string UpToStop(string text, IReadOnlyList<string> stops)
    {
        for (int length = 1; length <= text.Length; length++)
        {
            if (stops.Any(stop => text.AsSpan(0, length).EndsWith(stop, StringComparison.Ordinal)))
                return text[..length];
        }

        return text;
    }
}

using System.Runtime.CompilerServices;
using System.Text;
using Ingot.Protocol.Chat;
using Ingot.Protocol.Completions;
using Ingot.Service.Chat;
using Ingot.Service.Completions;

namespace Ingot.Server.Mapping;

/// <summary>Turns a run's updates into the wire's answer: events as they come, or the same events collected into one.</summary>
/// <param name="run">The answers being made.</param>
/// <param name="includeUsage">Whether a stream ends with an event that carries the token counts.</param>
/// <param name="time">The clock.</param>
internal sealed class CompletionAnswer(CompletionRun run, bool includeUsage, TimeProvider time)
{
    private readonly string _id = $"cmpl-{Guid.NewGuid():N}";
    private readonly long _created = time.GetUtcNow().ToUnixTimeSeconds();
    private readonly Dictionary<int, TextOffsets> _offsets = [];

    /// <summary>The answers as they come.</summary>
    /// <param name="cancellationToken">Stops the answers.</param>
    public async IAsyncEnumerable<Completion> StreamAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ChatUpdate update in run.Updates.WithCancellation(cancellationToken))
        {
            if (update is not UsageUpdate usage)
                yield return Event([ToChoice(update)]);
            else if (includeUsage)
                yield return Event([]) with { Usage = new ChunkUsage(WireUsage.From(usage)) };
        }
    }

    /// <summary>The whole answers.</summary>
    public async Task<Completion> CollectAsync(CancellationToken cancellationToken)
    {
        var choices = new SortedDictionary<int, List<CompletionChoice>>();
        Completion whole = Event([]);
        await foreach (ChatUpdate update in run.Updates.WithCancellation(cancellationToken))
        {
            if (update is UsageUpdate usage)
            {
                whole = whole with { Usage = new ChunkUsage(WireUsage.From(usage)) };
                continue;
            }

            if (!choices.TryGetValue(update.Choice, out List<CompletionChoice>? pieces))
                choices.Add(update.Choice, pieces = []);
            pieces.Add(ToChoice(update));
        }

        return whole with { Choices = [.. choices.Values.Select(Join)] };
    }

    private Completion Event(IReadOnlyList<CompletionChoice> choices) => new(_id, _created, run.Model.Id, choices)
    {
        SystemFingerprint = SystemFingerprint.Value,
        Usage = includeUsage ? new ChunkUsage(null) : null,
    };

    private CompletionChoice ToChoice(ChatUpdate update) => update switch
    {
        TextDelta text => new CompletionChoice(text.Choice, text.Text, ToLogprobs(text), FinishReason: null),
        Finished finished => new CompletionChoice(finished.Choice, "", Logprobs: null, WireFinish.From(finished.Reason)),
        _ => throw new ArgumentOutOfRangeException(nameof(update), update, "has no wire form"),
    };

    private CompletionLogprobs? ToLogprobs(TextDelta text)
    {
        if (text.LogProbabilities is not { } tokens)
            return null;
        if (!_offsets.TryGetValue(text.Choice, out TextOffsets? offsets))
            _offsets.Add(text.Choice, offsets = new TextOffsets());
        return new CompletionLogprobs(
            [.. tokens.Select(token => token.Text)],
            [.. tokens.Select(token => token.LogProbability)],
            [.. tokens.Select(ToTop)],
            [.. tokens.Select(token => offsets.Take(token.Bytes.Span))]);
    }

    // The token itself is always among them, as OpenAI has it, so there may be one more than was asked for.
    private static Dictionary<string, float>? ToTop(TokenProbability token)
    {
        if (token.LogProbability is not { } own)
            return null;
        var top = new Dictionary<string, float>();
        foreach (TokenProbability alternative in token.Top)
            top.TryAdd(alternative.Text, alternative.LogProbability ?? own);
        top.TryAdd(token.Text, own);
        return top;
    }

    private static CompletionChoice Join(List<CompletionChoice> pieces)
    {
        var text = new StringBuilder();
        foreach (CompletionChoice piece in pieces)
            text.Append(piece.Text);
        List<CompletionLogprobs> logprobs = [.. pieces.Select(piece => piece.Logprobs).OfType<CompletionLogprobs>()];
        CompletionLogprobs? joined = logprobs.Count == 0 ? null : new CompletionLogprobs(
            [.. logprobs.SelectMany(piece => piece.Tokens)],
            [.. logprobs.SelectMany(piece => piece.TokenLogprobs)],
            [.. logprobs.SelectMany(piece => piece.TopLogprobs)],
            [.. logprobs.SelectMany(piece => piece.TextOffset)]);
        return new CompletionChoice(pieces[0].Index, text.ToString(), joined, pieces[^1].FinishReason);
    }
}

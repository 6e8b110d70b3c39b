using System.Runtime.CompilerServices;
using Ingot.Protocol.Chat;
using Ingot.Service.Chat;

namespace Ingot.Server.Mapping;

/// <summary>Turns a run's updates into the wire's answer: chunks as they come, or the same updates collected into one.</summary>
/// <param name="run">The answer being made.</param>
/// <param name="form">What the request says about its form.</param>
/// <param name="time">The clock.</param>
/// <param name="keep">Keeps the whole answer, before anybody is told that it is complete; null where it is not kept.</param>
internal sealed class ChatAnswer(ChatRun run, AnswerForm form, TimeProvider time, Func<ChatCompletion, Task>? keep = null)
{
    private readonly string _id = $"chatcmpl-{Guid.NewGuid():N}";
    private readonly long _created = time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>The answer as it comes. Each choice begins with a chunk that carries the role.</summary>
    /// <param name="cancellationToken">Stops the answer.</param>
    public async IAsyncEnumerable<ChatCompletionChunk> StreamAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var begun = new HashSet<int>();
        CollectedAnswer? whole = keep is null ? null : new CollectedAnswer(form);
        await foreach (ChatUpdate update in run.Updates.WithCancellation(cancellationToken))
        {
            whole?.Add(update);
            if (update is UsageUpdate usage)
            {
                if (whole is not null)
                    await keep!(Whole(whole));
                if (form.IncludeUsage)
                    yield return Chunk([]) with { Usage = new ChunkUsage(WireUsage.From(usage, form.CountsPrediction)) };
                continue;
            }

            if (begun.Add(update.Choice))
                yield return Chunk([new ChunkChoice(update.Choice, new ChunkDelta { Role = "assistant", Content = "" }, null, null)]);
            yield return Chunk([ToChoice(update)]);
        }
    }

    /// <summary>The whole answer.</summary>
    public async Task<ChatCompletion> CollectAsync(CancellationToken cancellationToken)
    {
        var whole = new CollectedAnswer(form);
        await foreach (ChatUpdate update in run.Updates.WithCancellation(cancellationToken))
            whole.Add(update);
        ChatCompletion completion = Whole(whole);
        if (keep is not null)
            await keep(completion);
        return completion;
    }

    private ChatCompletion Whole(CollectedAnswer answer) => new(_id, _created, run.Model.Id, answer.Choices, WireUsage.From(answer.Usage!, form.CountsPrediction))
    {
        SystemFingerprint = SystemFingerprint.Value,
        ServiceTier = form.ServiceTier,
        Metadata = form.KeptMetadata,
    };

    private ChatCompletionChunk Chunk(IReadOnlyList<ChunkChoice> choices) => new(_id, _created, run.Model.Id, choices)
    {
        SystemFingerprint = SystemFingerprint.Value,
        ServiceTier = form.ServiceTier,
        Usage = form.IncludeUsage ? new ChunkUsage(null) : null,
    };

    private ChunkChoice ToChoice(ChatUpdate update) => update switch
    {
        TextDelta text => new ChunkChoice(text.Choice, new ChunkDelta { Content = text.Text }, WireLogprobs.From(text.LogProbabilities), null),
        ReasoningDelta reasoning => new ChunkChoice(reasoning.Choice, new ChunkDelta { ReasoningContent = reasoning.Text }, null, null),
        ToolCallDelta call when form.OlderCalls => new ChunkChoice(call.Choice, new ChunkDelta { FunctionCall = WireToolCall.OlderFrom(call) }, null, null),
        ToolCallDelta call => new ChunkChoice(call.Choice, new ChunkDelta { ToolCalls = [WireToolCall.From(call, withIndex: true)] }, null, null),
        Finished finished => new ChunkChoice(finished.Choice, new ChunkDelta(), null, WireFinish.From(finished.Reason, form.OlderCalls)),
        _ => throw new ArgumentOutOfRangeException(nameof(update), update, "has no wire form"),
    };
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Ingot.Engine.Sampling;
using Ingot.Engine.Scheduling;

namespace Ingot.Engine;

/// <summary>
/// A request on its way: the scheduler's sequence, its sampler, and the channel its events leave by.
/// Written by the engine thread only; the asking side reads events and may say that it has gone.
/// </summary>
internal sealed class Generation(GenerationRequest request, Sequence sequence, CancellationToken cancellation)
{
    // Never full in practice: at most MaxTokens + 1 events. The reader's code must not run on the engine thread.
    private readonly Channel<TokenEvent> _events = Channel.CreateUnbounded<TokenEvent>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true, AllowSynchronousContinuations = false });

    private readonly long _submitted = Stopwatch.GetTimestamp();
    private volatile bool _abandoned;

    public Sequence Sequence => sequence;

    public Sampler Sampler { get; } = new(request.Sampling, request.Prompt);

    public int? TopLogProbabilities => request.TopLogProbabilities;

    public bool IsCancelled => _abandoned || cancellation.IsCancellationRequested;

    public TimeSpan SinceSubmission => Stopwatch.GetElapsedTime(_submitted);

    /// <summary>Sends what the scheduler has just booked: the token, unless it is an end token, and the end, if this is it.</summary>
    public void Deliver(int token, TokenLogProbabilities? logProbabilities)
    {
        if (sequence.State is not SequenceState.Stopped)
            _events.Writer.TryWrite(new TokenEvent(token, logProbabilities, CachedTokens: sequence.GeneratedCount == 1 ? sequence.CachedTokens : null));
        FinishReason? finish = sequence.State switch
        {
            SequenceState.Stopped => FinishReason.Stop,
            SequenceState.LengthReached => FinishReason.Length,
            _ => null,
        };
        if (finish is null)
            return;
        _events.Writer.TryWrite(new TokenEvent(
            null, null, finish, new TokenUsage(sequence.PromptLength, sequence.GeneratedCount, sequence.CachedTokens)));
        _events.Writer.TryComplete();
    }

    /// <summary>Ends the stream: the reader gets the events sent so far and then this exception.</summary>
    public void Fail(Exception reason) => _events.Writer.TryComplete(reason);

    /// <summary>The events, once. Leaving the enumeration early abandons the generation.</summary>
    public async IAsyncEnumerable<TokenEvent> ReadAsync([EnumeratorCancellation] CancellationToken readerCancellation)
    {
        try
        {
            await foreach (TokenEvent next in _events.Reader.ReadAllAsync(readerCancellation).ConfigureAwait(false))
                yield return next;
        }
        finally
        {
            _abandoned = true;
        }
    }
}

using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Ingot.Engine.Sampling;
using Ingot.Engine.Scheduling;
using Ingot.Engine.Speculation;
using Ingot.Errors;

namespace Ingot.Engine;

/// <summary>
/// A request on its way: the scheduler's sequence, its sampler, and the queue its events leave by.
/// Written by the engine thread only; the asking side reads events and may say that it has gone.
/// </summary>
internal sealed class Generation(GenerationRequest request, Sequence sequence, CancellationToken cancellation)
{
    private readonly long _submitted = Stopwatch.GetTimestamp();
    private readonly ITokenConstraint? _constraint = request.Constraint?.Invoke();
    private readonly int[] _prediction = [.. request.Prediction];
    private readonly Queue<TokenLogProbabilities> _logProbabilities = new();
    private ExceptionDispatchInfo? _maskFailure;
    private int _delivered;

    public Sequence Sequence => sequence;

    public Sampler Sampler { get; } = new(request.Sampling, request.Prompt);

    /// <summary>What it may say next; null before that was asked.</summary>
    public DraftedSequence? Drafted { get; set; }

    /// <summary>What the answer is expected to resemble; empty for nothing.</summary>
    public ReadOnlySpan<int> Prediction => _prediction;

    public int? TopLogProbabilities => request.TopLogProbabilities;

    /// <summary>The events, to be read once. Leaving them early abandons the generation.</summary>
    public TokenQueue Events { get; } = Begin(request, cancellation);

    public bool IsCancelled => Events.IsLeft || cancellation.IsCancellationRequested;

    public TimeSpan SinceSubmission => Stopwatch.GetElapsedTime(_submitted);

    /// <summary>Whether a reader has got any token yet.</summary>
    public bool HasDelivered => _delivered > 0;

    /// <summary>Puts in the prompt's next tokens, with what the rows before them say of them.</summary>
    /// <param name="logits">The rows, each the one that the next token follows.</param>
    /// <param name="scratch">For the same vocabulary.</param>
    /// <returns>False when they are not numbers.</returns>
    public bool TryScore(Memory<float> logits, SamplingScratch scratch)
    {
        int width = scratch.RawLogits.Length;
        for (; !logits.IsEmpty; logits = logits[width..])
        {
            scratch.Row.LookAt(logits[..width]);
            if (!scratch.Row.TryFindMax())
                return false;
            int token = sequence.TakeScored();
            Events.Put(new TokenEvent(token, LogProbabilities.Read(scratch.Row, token, request.TopLogProbabilities!.Value, scratch.Candidates), IsPrompt: true));
        }

        return true;
    }

    /// <summary>Whether its next mask is work enough to be done beside a step.</summary>
    public bool NeedsMask => _constraint is { IsMaskKnown: false };

    /// <summary>Works out the next mask, on whichever thread; what fails then fails in <see cref="Constrain"/>.</summary>
    public void FindMask()
    {
        try
        {
            _constraint!.FindMask();
        }
        catch (Exception exception)
        {
            _maskFailure = ExceptionDispatchInfo.Capture(exception);
        }
    }

    /// <summary>Finds which tokens may come next.</summary>
    /// <returns>A bit for each; none at all when every token may.</returns>
    public ReadOnlySpan<ulong> Constrain(SamplingScratch scratch)
    {
        if (_constraint is null)
            return default;
        _maskFailure?.Throw();
        _constraint.FillMask(scratch.Allowed);
        if (!scratch.Allowed.AsSpan().ContainsAnyExcept(0UL))
            throw new IngotException(ErrorCode.InvalidValue, "No token of this model can go on as the requested format demands.");
        return scratch.Allowed;
    }

    /// <summary>Fits a guess of what comes next to the constraint: cuts what cannot come, and adds what then must.</summary>
    /// <param name="guess">The guess, and room for more.</param>
    /// <param name="count">How many tokens it has.</param>
    /// <param name="certain">How many of them, the last ones, are appended as soon as those before are chosen.</param>
    /// <returns>How many it has in the end.</returns>
    public int FitGuess(Span<int> guess, int count, out int certain)
    {
        certain = 0;
        if (_constraint is null || count == 0)
            return count;
        try
        {
            int fitting = _constraint.FitGuess(guess, count, out certain);
            if (request.TopLogProbabilities is null)
                return fitting;
            fitting -= certain;
            certain = 0;
            return fitting;
        }
        catch (Exception)
        {
            // What fails ahead of the answer ends it only if the answer gets there.
            certain = 0;
            return 0;
        }
    }

    /// <summary>Tells the constraint what was chosen, and the scheduler what follows from that.</summary>
    public void Take(int token, TokenLogProbabilities? logProbabilities)
    {
        sequence.Yielded.Add(token);
        if (logProbabilities is not null)
            _logProbabilities.Enqueue(logProbabilities);
        if (_constraint is null || sequence.EndTokens.Contains(token))
            return;
        _constraint.Advance(token);
        int room = sequence.MaxTokens - sequence.GeneratedCount - sequence.Yielded.Count;
        // A forced token is not scored, so it has no log-probabilities to show.
        if (room > 0 && request.TopLogProbabilities is null)
        {
            IReadOnlyList<int> forced = _constraint.TakeForced(room);
            for (int i = 0; i < forced.Count; i++)
            {
                sequence.Yielded.Add(forced[i]);
                Sampler.Remember(forced[i]);
                if (sequence.EndTokens.Contains(forced[i]))
                    break;
            }
        }
        sequence.IsWhole = !_constraint.CanContinue;
    }

    /// <summary>Puts in what the scheduler has just booked: the tokens, but for an end token, and the end, if this is it.</summary>
    /// <returns>Whether the reader is still to be woken; not when there is nothing new, nor at the end, when it is already.</returns>
    public bool Deliver()
    {
        int count = sequence.GeneratedCount - (sequence.State is SequenceState.Stopped ? 1 : 0);
        bool isNew = _delivered < count;
        for (; _delivered < count; _delivered++)
        {
            int token = sequence.Tokens[sequence.PromptLength + _delivered];
            _logProbabilities.TryDequeue(out TokenLogProbabilities? logProbabilities);
            Events.Put(new TokenEvent(token, logProbabilities, CachedTokens: _delivered == 0 ? sequence.CachedTokens : null));
        }
        FinishReason? finish = sequence.State switch
        {
            SequenceState.Stopped or SequenceState.Whole => FinishReason.Stop,
            SequenceState.LengthReached => FinishReason.Length,
            _ => null,
        };
        if (finish is null)
            return isNew;
        Events.Put(new TokenEvent(
            null, null, finish, new TokenUsage(sequence.PromptLength, sequence.GeneratedCount, sequence.CachedTokens, sequence.AcceptedDrafts, sequence.RefusedDrafts)));
        Events.Complete();
        return false;
    }

    /// <summary>Ends the stream: the reader gets the events sent so far and then this exception.</summary>
    public void Fail(Exception reason) => Events.Complete(reason);

    // The prompt's first token follows nothing, so there is nothing to wait for.
    private static TokenQueue Begin(GenerationRequest request, CancellationToken cancellation)
    {
        var events = new TokenQueue(cancellation);
        if (request.PromptLogProbabilities)
            events.Put(new TokenEvent(request.Prompt[0], IsPrompt: true));
        return events;
    }
}

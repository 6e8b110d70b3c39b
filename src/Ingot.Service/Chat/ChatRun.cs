using System.Runtime.CompilerServices;
using Ingot.Engine;
using Ingot.Engine.Sampling;
using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Service.Hosting;

namespace Ingot.Service.Chat;

/// <summary>An answer being made. Dispose it when done, read or not: that ends the generation and gives the model back.</summary>
public sealed class ChatRun : IChatRun
{
    private readonly ModelLease _lease;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationToken _caller;
    private readonly int _promptTokens;
    private readonly int _choicesPerPrompt;
    private readonly ChoiceReader[] _readers;
    private readonly IAsyncEnumerator<TokenEvent>[] _events;
    private readonly Task<bool>?[] _next;
    private bool _disposed;

    internal ChatRun(ModelLease lease, int promptTokens, IReadOnlyList<ChoiceReader> readers, IReadOnlyList<IAsyncEnumerable<TokenEvent>> events,
        CancellationTokenSource stop, CancellationToken caller, int? choicesPerPrompt = null)
    {
        (_lease, _promptTokens, _stop, _caller, _choicesPerPrompt) = (lease, promptTokens, stop, caller, choicesPerPrompt ?? readers.Count);
        _readers = [.. readers];
        _events = [.. events.Select(choice => choice.GetAsyncEnumerator(stop.Token))];
        _next = new Task<bool>?[_events.Length];
        Updates = ReadAsync(CancellationToken.None);
    }

    /// <summary>The model that answers.</summary>
    public ModelEntry Model => _lease.Entry;

    /// <inheritdoc/>
    public string ModelId => Model.Id;

    /// <summary>How its tokens are drawn: what was asked for, and for the rest what the model's makers recommend.</summary>
    public SamplingOptions Sampling { get; internal init; } = new();

    /// <summary>
    /// What happens, as it happens; of several choices in the order it happens. To be read once, by one reader. Throws
    /// <see cref="OperationCanceledException"/> when the caller's token is cancelled, and <see cref="IngotException"/>
    /// (<see cref="ErrorCode.EngineStopped"/>) when the model is unloaded meanwhile.
    /// </summary>
    public IAsyncEnumerable<ChatUpdate> Updates { get; }

    /// <summary>What it has used until now; when all updates were read, what the last of them says.</summary>
    public TokenUsage Used => Count().Usage;

    /// <summary>Ends the generation, if it still runs, and gives the model back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _stop.CancelAsync();
        for (var choice = 0; choice < _events.Length; choice++)
        {
            // An enumerator must not be disposed while it is asked for its next element.
            if (_next[choice] is Task pending)
                await pending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _events[choice].DisposeAsync();
        }

        _stop.Dispose();
        _lease.Dispose();
    }

    private async IAsyncEnumerable<ChatUpdate> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var link = cancellationToken.Register(_stop.Cancel);
        var updates = new List<ChatUpdate>();
        while (!AreFinished())
        {
            var choice = await NextAsync(cancellationToken);
            _readers[choice].Read(_events[choice].Current, updates);
            foreach (var update in updates)
                yield return update;
            updates.Clear();
            if (_readers[choice].IsFinished)
                await _events[choice].DisposeAsync();
        }

        yield return Count();
    }

    private bool AreFinished()
    {
        foreach (var reader in _readers)
        {
            if (!reader.IsFinished)
                return false;
        }

        return true;
    }

    /// <summary>Waits until one of the unfinished choices has an event, and says which.</summary>
    private async ValueTask<int> NextAsync(CancellationToken cancellationToken)
    {
        for (var choice = 0; choice < _next.Length; choice++)
        {
            if (!_readers[choice].IsFinished)
                _next[choice] ??= _events[choice].MoveNextAsync().AsTask();
        }

        var index = _next.Length == 1 ? 0 : Array.IndexOf(_next, await Task.WhenAny(_next.OfType<Task<bool>>()));
        try
        {
            var more = await _next[index]!;
            _next[index] = null;
            return more ? index : throw new IngotException(ErrorCode.Internal, "The model's engine ended an answer without a reason.");
        }
        catch (OperationCanceledException) when (_lease.Revoked.IsCancellationRequested && !_caller.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IngotException(ErrorCode.EngineStopped, $"Model '{Model.Id}' was unloaded before the answer was complete.", "model");
        }
    }

    // A choice that a stop text ended has no count of the engine's: it read what it counted itself.
    private UsageUpdate Count()
    {
        var completion = _readers.Sum(reader => reader.Usage?.CompletionTokens ?? reader.TokenCount);
        // A prompt is counted once: what its later choices share with the first was no cache's doing.
        var cached = _readers.Where((_, index) => index % _choicesPerPrompt == 0).Sum(reader => reader.CachedTokens);
        var accepted = _readers.Sum(reader => reader.Usage?.AcceptedDrafts ?? 0);
        var refused = _readers.Sum(reader => reader.Usage?.RefusedDrafts ?? 0);
        return new UsageUpdate(new TokenUsage(_promptTokens, completion, cached, accepted, refused), _readers.Sum(reader => reader.ReasoningTokenCount));
    }
}

using Ingot.Errors;
using Ingot.Service;
using Ingot.Service.Chat;

namespace Microsoft.AI.Foundry.Local.Running;

/// <summary>
/// The life of one manager: everything asked of it passes here, so that its end reaches all that is under way, what the
/// services refuse becomes this library's exception, and nothing begins after the end.
/// </summary>
internal sealed class Session : IAsyncDisposable
{
    /// <summary>How long the end waits for what it has cancelled.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _end = new();
    private readonly HashSet<Answer> _answers = [];
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _hasEnded;

    /// <param name="services">What does the work; owned.</param>
    /// <param name="runtime">Where models work; owned.</param>
    public Session(IngotServices services, IModelRuntime runtime) => (Services, Runtime) = (services, runtime);

    /// <summary>Catalog, files and, unless another service is used, models.</summary>
    public IngotServices Services { get; }

    /// <summary>Where models work.</summary>
    public IModelRuntime Runtime { get; }

    /// <summary>What its answers took.</summary>
    public AnswerTotals Totals { get; } = new();

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => Volatile.Read(ref _hasEnded);

    /// <summary>Does something.</summary>
    /// <exception cref="FoundryLocalException">It is refused, or the session has ended.</exception>
    public Task RunAsync(Func<CancellationToken, Task> operation, CancellationToken? ct) => RunAsync(
        async token =>
        {
            await operation(token);
            return true;
        },
        ct);

    /// <summary>Does something that has a result.</summary>
    /// <exception cref="FoundryLocalException">It is refused, or the session has ended.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> operation, CancellationToken? ct)
    {
        CancellationToken caller = ct ?? CancellationToken.None;
        caller.ThrowIfCancellationRequested();
        Enter();
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(caller, _end.Token);
            return await Detached.Begin(() => operation(stop.Token)).ConfigureAwait(false);
        }
        catch (Exception exception) when (Translate(exception, caller) is { } translated)
        {
            throw translated;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Begins an answer; the caller disposes it.</summary>
    /// <exception cref="FoundryLocalException">The session has ended.</exception>
    public Answer Begin(ChatTurn turn, CancellationToken caller)
    {
        lock (_lock)
        {
            ThrowIfEnded();
            var answer = new Answer(this, turn, caller, _end.Token);
            _answers.Add(answer);
            return answer;
        }
    }

    /// <summary>How many answers of a model are being made or read.</summary>
    public int CountAnswers(string modelId)
    {
        lock (_lock)
            return _answers.Count(answer => answer.ModelId == modelId);
    }

    /// <summary>Cancels what is under way and lets nothing begin any more.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (_hasEnded)
                return;
            _hasEnded = true;
            if (_running == 0)
                _idle.TrySetResult();
        }

        _end.Cancel();
    }

    /// <summary>Ends it and frees everything.</summary>
    public async ValueTask DisposeAsync()
    {
        End();
        await Task.WhenAll(OpenAnswers().Select(answer => answer.EndAsync()));
        await _idle.Task.WaitAsync(LastWords).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Runtime.DisposeAsync();
        await Services.DisposeAsync();
    }

    /// <summary>What a caller is told instead; null for what reaches it as it is.</summary>
    internal Exception? Translate(Exception exception, CancellationToken caller) => exception switch
    {
        OperationCanceledException when caller.IsCancellationRequested => new OperationCanceledException(exception.Message, exception, caller),

        // What needs longer to end than it is given finds things disposed.
        OperationCanceledException or IngotException or ObjectDisposedException when HasEnded => Disposed(exception),
        IngotException refusal => new FoundryLocalException(refusal.Message, refusal),
        _ => null,
    };

    /// <summary>Forgets an answer.</summary>
    internal void Forget(Answer answer)
    {
        lock (_lock)
            _answers.Remove(answer);
    }

    private Answer[] OpenAnswers()
    {
        lock (_lock)
            return [.. _answers];
    }

    private static FoundryLocalException Disposed(Exception inner) =>
        new("FoundryLocalManager was disposed before this was done. Call CreateAsync first.", inner);

    private void ThrowIfEnded()
    {
        if (HasEnded)
            throw new FoundryLocalException("FoundryLocalManager has been disposed. Call CreateAsync first.");
    }

    private void Enter()
    {
        lock (_lock)
        {
            ThrowIfEnded();
            _running++;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_running == 0 && HasEnded)
                _idle.TrySetResult();
        }
    }
}

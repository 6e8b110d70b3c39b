using Ingot.Errors;
using Ingot.Service;

namespace Ingot.Server.Http;

/// <summary>
/// The requests for work that are not answered yet, and how they end with the service: from the first word of its stopping no
/// further one is let in, while the service still listens and says so; those inside have <see cref="ServerOptions.DrainTime"/>
/// to end by themselves, and then are told to. Only after that the service stops listening.
/// </summary>
internal sealed class OpenRequests : IHostedLifecycleService, IDisposable
{
    // Loads and downloads wait far more than they compute, so that there may be many; without any bound they would be a way to fill memory.
    private const int MostChanges = 64;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _allLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IngotServices _services;
    private readonly ServerOptions _options;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly CancellationTokenRegistration _stopping;
    private int _answers;
    private int _changes;
    private long _entered;
    private long _refused;
    private bool _closed;

    /// <summary>Closes at the first word of stopping, whoever says it.</summary>
    public OpenRequests(IngotServices services, ServerOptions options, IHostApplicationLifetime lifetime)
    {
        (_services, _options, _lifetime) = (services, options, lifetime);
        _stopping = lifetime.ApplicationStopping.Register(Close);
    }

    /// <summary>Cancelled when what is still open must end at once.</summary>
    public CancellationToken End => _end.Token;

    /// <summary>What somebody is told whose request the end of the service cut short.</summary>
    public static IngotException Stopped => new(ErrorCode.EngineStopped, "This service stopped before the answer was complete.");

    /// <summary>How many requests for answers are under way, were ever let in, and were refused because there was no place or the service stopped.</summary>
    public (int UnderWay, long LetIn, long Refused) Counts
    {
        get
        {
            lock (_lock)
                return (_answers, _entered, _refused);
        }
    }

    /// <summary>Lets one request in; <see cref="Leave"/> must follow.</summary>
    /// <param name="changesModels">Whether it changes which models are there rather than asking one: those are counted by themselves.</param>
    /// <exception cref="IngotException">The service stops, or works on as many requests as it may.</exception>
    public void Enter(bool changesModels)
    {
        lock (_lock)
        {
            if (changesModels)
            {
                TakePlace(ref _changes, MostChanges);
                return;
            }

            // Counted as refused unless it is not, so that a refusal needs no place of its own for it.
            _refused++;
            TakePlace(ref _answers, _services.Options.MaxConcurrentRequests);
            _refused--;
            _entered++;
        }
    }

    /// <summary>One request is answered.</summary>
    /// <param name="changesModels">As it was let in.</param>
    public void Leave(bool changesModels)
    {
        lock (_lock)
        {
            if (changesModels)
                _changes--;
            else
                _answers--;
            SayWhetherAllLeft();
        }
    }

    /// <summary>Waits until the last request is answered, and hurries those that take too long.</summary>
    /// <param name="cancellationToken">Gives up on them.</param>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _lifetime.StopApplication();
        await _allLeft.Task.WaitAsync(_options.DrainTime, _services.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_allLeft.Task.IsCompleted)
            return;
        await _end.CancelAsync();
        await _allLeft.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Dispose();
        _end.Dispose();
    }

    private void Close()
    {
        lock (_lock)
        {
            _closed = true;
            SayWhetherAllLeft();
        }
    }

    private void SayWhetherAllLeft()
    {
        if (_closed && _answers + _changes == 0)
            _allLeft.TrySetResult();
    }

    private void TakePlace(ref int taken, int most)
    {
        if (_closed)
            throw new IngotException(ErrorCode.EngineStopped, "This service is stopping.");
        if (taken == most)
            throw new IngotException(ErrorCode.QueueFull, $"This service already works on {most} requests; try again shortly.");
        taken++;
    }
}

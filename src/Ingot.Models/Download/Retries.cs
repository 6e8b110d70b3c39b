using Ingot.Errors;
using Polly;
using Polly.Retry;

namespace Ingot.Models.Download;

/// <summary>Tries again what may work later: with growing waits, or the wait the server asked for.</summary>
internal sealed class Retries
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromMinutes(5);

    private readonly ResiliencePipeline _pipeline;
    private readonly int _attempts;

    /// <summary>Retries by the options.</summary>
    /// <param name="options">The waits and the clock.</param>
    /// <param name="maxRetries">How often something is tried again.</param>
    internal Retries(DownloadOptions options, int maxRetries)
    {
        _attempts = maxRetries + 1;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = options.Time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<TransientFault>(fault => fault.RetryAfter is not { } wait || wait <= MaxRetryAfter),
                MaxRetryAttempts = maxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = MaxDelay,
                DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as TransientFault)?.RetryAfter),
            })
            .Build();
    }

    /// <summary>Does something until it works or was tried often enough.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.DownloadFailed"/> with the last fault.</exception>
    internal async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await _pipeline.ExecuteAsync(async token => await work(token), cancellationToken);
        }
        catch (TransientFault fault) when (fault.RetryAfter is { } wait && wait > MaxRetryAfter)
        {
            throw new IngotException(ErrorCode.DownloadFailed, $"{fault.Message} It asks to be left alone for {wait:hh\\:mm\\:ss}.", inner: fault);
        }
        catch (TransientFault fault)
        {
            throw new IngotException(ErrorCode.DownloadFailed, $"{fault.Message} It was tried {_attempts} times.", inner: fault);
        }
    }
}

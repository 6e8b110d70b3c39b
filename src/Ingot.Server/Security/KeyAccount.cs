using System.Globalization;
using Ingot.Errors;
using Ingot.Service.Callers;

namespace Ingot.Server.Security;

/// <summary>
/// What was used with a key in the last minute. Tokens are counted when they are known, after the answer: a key whose tokens are
/// used up waits until what it used too much is made up for. Lives as long as the service does. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class KeyAccount(TimeProvider time)
{
    private readonly Lock _lock = new();
    private Allowance? _requests;
    private Allowance? _tokens;

    /// <summary>Goes by a key's limits from now on; a limit that stays the same keeps its count.</summary>
    public void Fit(ApiKey key)
    {
        lock (_lock)
        {
            _requests = Fit(_requests, key.RequestsPerMinute);
            _tokens = Fit(_tokens, key.TokensPerMinute);
        }
    }

    /// <summary>Takes a request's place, if there is one.</summary>
    /// <param name="headers">Told how long to wait when there is none.</param>
    /// <param name="name">The key's name.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.RateLimitExceeded"/>: requests or tokens are used up.</exception>
    public void Enter(IHeaderDictionary headers, string name)
    {
        lock (_lock)
        {
            if (_requests is { Left: < 1 } requests)
                throw Refuse(headers, requests, $"{requests.PerMinute} requests", name);
            if (_tokens is { Left: < 1 } tokens)
                throw Refuse(headers, tokens, $"{tokens.PerMinute} tokens", name);
            _requests?.Take(1);
        }
    }

    /// <summary>Counts tokens.</summary>
    public void Charge(long tokens)
    {
        lock (_lock)
            _tokens?.Take(tokens);
    }

    /// <summary>Tells what is left, in the headers that OpenAI's clients know.</summary>
    public void Describe(IHeaderDictionary headers)
    {
        lock (_lock)
        {
            Describe(headers, "requests", _requests);
            Describe(headers, "tokens", _tokens);
        }
    }

    private static void Describe(IHeaderDictionary headers, string what, Allowance? allowance)
    {
        if (allowance is null)
            return;
        headers[$"x-ratelimit-limit-{what}"] = allowance.PerMinute.ToString(CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-remaining-{what}"] = allowance.Left.ToString(CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-reset-{what}"] = Text(allowance.Reset);
    }

    /// <summary>A duration as OpenAI writes it: <c>6m0s</c>, <c>1.5s</c>, <c>20ms</c>.</summary>
    internal static string Text(TimeSpan duration)
    {
        long milliseconds = (long)Math.Ceiling(duration.TotalMilliseconds);
        if (milliseconds is > 0 and < 1000)
            return string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");
        (long minutes, long rest) = Math.DivRem(milliseconds, 60_000);
        string seconds = (rest / 1000m).ToString("0.###", CultureInfo.InvariantCulture);
        return minutes == 0 ? $"{seconds}s" : string.Create(CultureInfo.InvariantCulture, $"{minutes}m{seconds}s");
    }

    private static IngotException Refuse(IHeaderDictionary headers, Allowance allowance, string limit, string name)
    {
        double wait = Math.Ceiling(allowance.TimeUntil(1).TotalMilliseconds);
        headers.RetryAfter = Math.Ceiling(wait / 1000).ToString(CultureInfo.InvariantCulture);
        headers["retry-after-ms"] = wait.ToString(CultureInfo.InvariantCulture);
        return new IngotException(ErrorCode.RateLimitExceeded, $"Rate limit reached for the key '{name}': {limit} in a minute. Please try again in {Text(TimeSpan.FromMilliseconds(wait))}.");
    }

    private Allowance? Fit(Allowance? allowance, int? perMinute)
    {
        if (perMinute is not { } most)
            return null;
        return allowance?.PerMinute == most ? allowance : new Allowance(most, time);
    }
}

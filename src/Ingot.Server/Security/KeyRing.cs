using System.Collections.Concurrent;
using System.Collections.Frozen;
using Ingot.Errors;
using Ingot.Service.Callers;

namespace Ingot.Server.Security;

/// <summary>
/// The keys that are valid now. What the file says counts from the next request on: each looks whether it was written since, which
/// takes a few microseconds. Where it cannot be read no key is valid, and where it is gone the service is not open because of that. Thread-safe.
/// </summary>
internal sealed partial class KeyRing(ApiKeyFile file, TimeProvider time, ILogger<KeyRing> logger)
{
    // Two changes within this time may leave one write time, so that what was read so soon after a change is read again.
    private static readonly TimeSpan Unsettled = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, KeyAccount> _accounts = new(StringComparer.Ordinal);
    private readonly ApiKey _nobody = new("", "", DateTimeOffset.UnixEpoch);
    private volatile Reading? _last;

    /// <summary>Whether a key was ever made here; what was true once stays true.</summary>
    public bool IsUsed => _last is { IsUsed: true } || Current().IsUsed;

    /// <summary>Finds a valid key; takes the same time whether there is one of its id or not.</summary>
    /// <param name="text">The whole key.</param>
    /// <returns>Null when it is not valid.</returns>
    public KnownKey? Find(string text)
    {
        KnownKey? known = ApiKeyText.IdOf(text) is { } id ? Current().Keys.GetValueOrDefault(id) : null;
        return (known?.Key ?? _nobody).Fits(text) ? known : null;
    }

    private Reading Current()
    {
        if (_last is { } last && IsCurrent(last))
            return last;
        lock (_lock)
            return _last is { } read && IsCurrent(read) ? read : _last = Read(_last);
    }

    private bool IsCurrent(Reading reading)
    {
        try
        {
            return reading.IsSettled && file.Stamp() == reading.Stamp;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private Reading Read(Reading? before)
    {
        try
        {
            (DateTime Written, long Length)? stamp = file.Stamp();
            FrozenDictionary<string, KnownKey> keys = file.Read().ToFrozenDictionary(key => key.Id, Know, StringComparer.Ordinal);
            bool isSettled = stamp is not { } there || (DateTime.UtcNow - there.Written).Duration() > Unsettled;
            return new Reading(stamp, keys, isSettled, IsUsed: stamp is not null || before?.IsUsed == true, Fault: null);
        }
        catch (Exception exception) when (exception is IngotException or IOException or UnauthorizedAccessException)
        {
            if (before?.Fault != exception.Message)
                LogUnreadable(exception.Message);
            return new Reading(null, FrozenDictionary<string, KnownKey>.Empty, IsSettled: false, IsUsed: true, exception.Message);
        }
    }

    private KnownKey Know(ApiKey key)
    {
        KeyAccount account = _accounts.GetOrAdd(key.Id, _ => new KeyAccount(time));
        account.Fit(key);
        return new KnownKey(key, account);
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Error, Message = "No API key is accepted: {Reason}")]
    private partial void LogUnreadable(string reason);

    /// <summary>What the file said.</summary>
    /// <param name="Stamp">When it was written, and its length; null when there was none.</param>
    /// <param name="Keys">The keys by their ids.</param>
    /// <param name="IsSettled">Whether a later change is sure to show in the stamp.</param>
    /// <param name="IsUsed">Whether a key was ever made.</param>
    /// <param name="Fault">Why it could not be read; null when it could.</param>
    private sealed record Reading((DateTime Written, long Length)? Stamp, FrozenDictionary<string, KnownKey> Keys, bool IsSettled, bool IsUsed, string? Fault);
}

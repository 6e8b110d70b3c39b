using System.Text.Json;
using Ingot.Errors;
using Ingot.Models.Store;
using Microsoft.Extensions.Logging;

namespace Ingot.Service.Providers;

/// <summary>
/// The models that live elsewhere: a list in the home folder, <c>providers.json</c>, that only this user can read. What another process changes
/// is seen at the next look. Thread-safe.
/// </summary>
public sealed partial class ProviderBook
{
    private const long MostBytes = 4 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly ILogger<ProviderBook> _logger;
    private readonly Lock _lock = new();
    private volatile Reading _reading = new(default, 0, ProviderNames.None);

    /// <summary>Reads the list.</summary>
    /// <param name="homeFolder">The folder of the list, such as <see cref="IngotOptions.HomeFolder"/>; need not exist.</param>
    /// <param name="logger">Told when the list becomes unreadable; then what it said before counts.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/> when there is a list that cannot be read.</exception>
    public ProviderBook(string homeFolder, ILogger<ProviderBook> logger)
    {
        (_path, _logger) = (Path.Combine(homeFolder, "providers.json"), logger);
        _reading = Read();
    }

    /// <summary>The providers, in the order in which they were added.</summary>
    public IReadOnlyList<ModelProvider> Providers => Current.Providers;

    /// <summary>All of their models.</summary>
    public IReadOnlyList<ProvidedModel> Models => Current.Models;

    private ProviderNames Current
    {
        get
        {
            var (written, length) = State();
            var known = _reading;
            return written == known.Written && length == known.Length ? known.Names : Renew();
        }
    }

    /// <summary>The model a name means, letter case aside; null when it is no provider's.</summary>
    /// <param name="model">The text to look up.</param>
    public ProvidedModel? Find(string model) => Current.Find(model);

    /// <summary>Changes the list, among all processes one change after the other, whole or not at all.</summary>
    /// <param name="change">Makes the new list of the present one. Called under the lock: it must not take long.</param>
    /// <param name="cancellationToken">Gives up waiting for another change.</param>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.InvalidValue"/> for a list that breaks a rule, <see cref="ErrorCode.Conflict"/> for names that are taken and
    /// a file that cannot be written.
    /// </exception>
    public async Task ChangeAsync(Func<IReadOnlyList<ModelProvider>, IReadOnlyList<ModelProvider>> change, CancellationToken cancellationToken)
    {
        try
        {
            using var held = await FileLock.TakeAsync($"{_path}.lock", Patience, TimeProvider.System, cancellationToken)
                ?? throw new IngotException(ErrorCode.Conflict, $"{_path} is being changed by another process; try again in a moment.");
            var changed = change(Read().Names.Providers);
            ProviderRules.Check(changed);
            AtomicFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(new ProviderList(changed), ProviderJson.Default.ProviderList), FileReaders.Owner);
            lock (_lock)
                _reading = Read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.Conflict, $"{_path} cannot be changed: {exception.Message}", inner: exception);
        }
    }

    private ProviderNames Renew()
    {
        lock (_lock)
        {
            var (written, length) = State();
            if (written == _reading.Written && length == _reading.Length)
                return _reading.Names;
            try
            {
                _reading = Read();
            }
            catch (IngotException exception)
            {
                LogBroken(exception.Message);
                _reading = _reading with { Written = written, Length = length };
            }

            return _reading.Names;
        }
    }

    private Reading Read()
    {
        var (written, length) = State();
        if (length == 0)
            return new Reading(written, length, ProviderNames.None);
        if (length > MostBytes)
            throw new IngotException(ErrorCode.InvalidValue, $"{_path} is larger than {MostBytes} bytes.");
        try
        {
            var list = JsonSerializer.Deserialize(File.ReadAllBytes(_path), ProviderJson.Default.ProviderList)!;
            ProviderRules.Check(list.Providers);
            return new Reading(written, length, new ProviderNames(list.Providers));
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.InvalidValue, $"{_path} cannot be read: {exception.Message}", inner: exception);
        }
        catch (IngotException exception)
        {
            throw new IngotException(ErrorCode.InvalidValue, $"{_path}: {exception.Message}", inner: exception);
        }
    }

    private (DateTime Written, long Length) State()
    {
        var file = new FileInfo(_path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason} What it said before counts.")]
    private partial void LogBroken(string reason);

    private sealed record Reading(DateTime Written, long Length, ProviderNames Names);
}

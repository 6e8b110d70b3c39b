using System.Security.Cryptography;
using System.Text.Json;
using Ingot.Errors;
using Ingot.Models.Store;

namespace Ingot.Service.Callers;

/// <summary>
/// The keys that are valid, hashed, in a file of the home folder only this user can read. It stays when the last key is revoked: a
/// service that demanded a key must not be open to all because of that. Every change writes it whole or not at all, one at a time.
/// </summary>
/// <param name="homeFolder">The home folder, such as <see cref="IngotOptions.HomeFolder"/>; need not exist.</param>
/// <param name="time">The clock.</param>
public sealed class ApiKeyFile(string homeFolder, TimeProvider time)
{
    private const int Version = 1;
    private const int MaxBytes = 1 << 20;
    private const int MostKeys = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The file's path.</summary>
    public string Path { get; } = System.IO.Path.Combine(homeFolder, "keys.json");

    /// <summary>What changes whenever the file does: when it was last written, and its length. Null when there is none.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be looked at.</exception>
    public (DateTime Written, long Length)? Stamp()
    {
        // Asked for every request, and mostly there is none: no exception then.
        if (!File.Exists(Path))
            return null;
        try
        {
            // Of what a link leads to, where the file is one.
            using var handle = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return (File.GetLastWriteTimeUtc(handle), RandomAccess.GetLength(handle));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The keys, oldest first; none when there is no file.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/>: it cannot be read, or is not of the form this build writes.</exception>
    public IReadOnlyList<ApiKey> Read()
    {
        try
        {
            var file = new FileInfo(Path);
            if (!file.Exists)
                return [];
            if (file.Length > MaxBytes)
                throw Damaged($"is larger than {MaxBytes} bytes");
            var body = JsonSerializer.Deserialize(File.ReadAllBytes(Path), KeyFileJson.Default.KeyFileBody);
            if (body is not { Version: Version, Keys: { } entries })
                throw Damaged("is of another build of Ingot");
            ApiKey[] keys = [.. entries.Select(entry => entry?.ToKey() ?? throw Damaged("has an entry that is no key"))];
            return keys.DistinctBy(key => key.Id).Count() == keys.Length ? keys : throw Damaged("has two keys of one id");
        }
        catch (JsonException exception)
        {
            throw Damaged("is not valid JSON of the form Ingot writes", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Damaged($"cannot be read: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    /// <summary>Makes a key.</summary>
    /// <param name="wanted">Its name, limits and models; id and time are given here.</param>
    /// <param name="cancellationToken">Gives up waiting for another change.</param>
    /// <returns>What is kept of it, and the key itself, which is kept nowhere.</returns>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.InvalidValue"/> for a name, limit or model that cannot be, <see cref="ErrorCode.Conflict"/> for a name that
    /// is taken or a file that cannot be written.
    /// </exception>
    public async Task<(ApiKey Key, string Text)> CreateAsync(ApiKey wanted, CancellationToken cancellationToken)
    {
        if (ApiKeyRules.Mistake(wanted) is { } mistake)
            throw new IngotException(ErrorCode.InvalidValue, mistake);
        (string id, string text) = ApiKeyText.Make();
        byte[] salt = RandomNumberGenerator.GetBytes(ApiKey.SaltBytes);
        ApiKey key = wanted with { Id = id, CreatedAt = time.GetUtcNow(), Salt = salt, Hash = ApiKey.HashOf(text, salt) };
        await ChangeAsync(
            keys =>
            {
                if (keys.Any(other => IsNamed(other, key.Name)))
                    throw new IngotException(ErrorCode.Conflict, $"There is a key named '{key.Name}'; 'foundry keys revoke {key.Name}' ends it.", "name");
                if (keys.Count >= MostKeys)
                    throw new IngotException(ErrorCode.Conflict, $"There are {MostKeys} keys, which is as many as there may be.");
                return [.. keys, key];
            },
            cancellationToken);
        return (key, text);
    }

    /// <summary>Ends a key: from now on it is as if it had never been.</summary>
    /// <param name="name">Its name or id.</param>
    /// <param name="cancellationToken">Gives up waiting for another change.</param>
    /// <returns>What was kept of it.</returns>
    /// <exception cref="IngotException"><see cref="ErrorCode.NotFound"/> when there is none, <see cref="ErrorCode.Conflict"/> when the file cannot be written.</exception>
    public async Task<ApiKey> RevokeAsync(string name, CancellationToken cancellationToken)
    {
        ApiKey? revoked = null;
        await ChangeAsync(
            keys =>
            {
                revoked = keys.FirstOrDefault(key => IsNamed(key, name)) ?? keys.FirstOrDefault(key => key.Id == name)
                    ?? throw new IngotException(ErrorCode.NotFound, $"There is no key named '{name}'; 'foundry keys list' lists them.", "name");
                return [.. keys.Where(key => key.Id != revoked.Id)];
            },
            cancellationToken);
        return revoked!;
    }

    private static bool IsNamed(ApiKey key, string name) => key.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private async Task ChangeAsync(Func<IReadOnlyList<ApiKey>, IReadOnlyList<ApiKey>> change, CancellationToken cancellationToken)
    {
        try
        {
            using FileLock held = await FileLock.TakeAsync($"{Path}.lock", Patience, time, cancellationToken)
                ?? throw new IngotException(ErrorCode.Conflict, $"Another command changes {Path}; try again in a moment.");
            Write(change(Read()));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.Conflict, $"The keys cannot be kept in {Path}: {exception.Message}", inner: exception);
        }
    }

    private void Write(IReadOnlyList<ApiKey> keys)
    {
        var body = new KeyFileBody(Version, [.. keys.Select(KeyFileEntry.Of)]);
        AtomicFile.Write(Path, JsonSerializer.SerializeToUtf8Bytes(body, KeyFileJson.Default.KeyFileBody), FileReaders.Owner);
    }

    private IngotException Damaged(string what, Exception? inner = null) =>
        new(ErrorCode.InvalidValue, $"{Path} {what}, so that no API key is known.", inner: inner);
}

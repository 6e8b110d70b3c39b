using System.Text.Json;
using System.Text.Json.Serialization;
using Ingot.Errors;
using Ingot.Models.Store;

namespace Ingot.Cli.Background;

/// <summary>
/// The note a running service leaves in its home folder, so that other commands find it. Readable by its owner only,
/// since it holds what it takes to stop the service.
/// </summary>
/// <param name="ProcessId">The service's process.</param>
/// <param name="Urls">Where it listens.</param>
/// <param name="ShutdownToken">What a request to stop must carry.</param>
/// <param name="StartedAt">When it was started, in seconds since 1970 UTC.</param>
/// <param name="AskedUrls">Where it was told to listen on its command line; null when its options say.</param>
/// <param name="Pipe">Its local pipe: a Unix socket's path, on Windows a pipe's name; null when it has none.</param>
/// <param name="Certificate">The SHA-256 of the certificate it shows on <c>https</c> addresses, in hexadecimal; null when it has none.</param>
internal sealed record ServiceRecord(
    int ProcessId,
    IReadOnlyList<string> Urls,
    string ShutdownToken,
    long StartedAt = 0,
    string? AskedUrls = null,
    string? Pipe = null,
    string? Certificate = null)
{
    /// <summary>Where this machine reaches the service: one that listens everywhere also listens here.</summary>
    [JsonIgnore]
    public Uri Endpoint
    {
        get
        {
            var address = new UriBuilder(Urls[0]);
            if (address.Host is "0.0.0.0" or "[::]" or "*" or "+")
                address.Host = "127.0.0.1";
            return address.Uri;
        }
    }

    /// <summary>The note, or null when there is none that can be read.</summary>
    public static ServiceRecord? Read(ServiceFiles files)
    {
        try
        {
            ServiceRecord? record = JsonSerializer.Deserialize(File.ReadAllBytes(files.Record), ServiceRecordContext.Default.ServiceRecord);
            return record is { Urls: [var url, ..], ShutdownToken: not null } && Uri.TryCreate(url, UriKind.Absolute, out _) ? record : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Removes what a service that was killed has left; for the holder of the lock.</summary>
    public static void RemoveStale(ServiceFiles files) => File.Delete(files.Record);

    /// <summary>Writes the note whole or not at all.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.Conflict"/> when it cannot be written.</exception>
    public void Write(ServiceFiles files)
    {
        try
        {
            AtomicFile.Write(files.Record, JsonSerializer.SerializeToUtf8Bytes(this, ServiceRecordContext.Default.ServiceRecord), FileReaders.Owner);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.Conflict, $"{files.Record}, by which commands find the service, cannot be written: {exception.Message}", inner: exception);
        }
    }

    /// <summary>Removes the note if it is still this service's.</summary>
    public void Remove(ServiceFiles files)
    {
        if (Read(files) is { } current && current.ProcessId == ProcessId)
            File.Delete(files.Record);
    }
}

/// <summary>JSON of <see cref="ServiceRecord"/>, source-generated.</summary>
[JsonSerializable(typeof(ServiceRecord))]
internal sealed partial class ServiceRecordContext : JsonSerializerContext;

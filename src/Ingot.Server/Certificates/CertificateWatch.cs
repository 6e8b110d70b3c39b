using Ingot.Errors;
using Ingot.Service;

namespace Ingot.Server.Certificates;

/// <summary>
/// The certificate that handshakes show now. A file that was renewed is taken without a new start, the service's own is made anew
/// before it runs out; what cannot be read is told in the log, and the one before stays.
/// </summary>
internal sealed partial class CertificateWatch
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly IngotOptions _options;
    private readonly OwnCertificate _own;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private ServedCertificate _current;
    private (DateTime Certificate, DateTime Key) _read;
    private long _looked;

    /// <summary>Reads the certificate, or makes it.</summary>
    /// <param name="options">Which one.</param>
    /// <param name="homeFolder">Where the service's own is kept.</param>
    /// <param name="time">Says when one runs out and when to look again.</param>
    /// <param name="logger">Told of what is taken instead, or cannot be.</param>
    /// <exception cref="IngotException">It cannot be read or made, or has run out.</exception>
    public CertificateWatch(IngotOptions options, string homeFolder, TimeProvider time, ILogger<CertificateWatch> logger)
    {
        (_options, _time, _logger, _own) = (options, time, logger, new OwnCertificate(homeFolder, time));
        (_read, _looked, _current) = (WrittenAt(), time.GetTimestamp(), Read());
    }

    /// <summary>The certificate of the next handshake.</summary>
    public ServedCertificate Current
    {
        get
        {
            lock (_lock)
            {
                if (_time.GetElapsedTime(_looked) >= LooksEvery)
                    LookAgain();
                return _current;
            }
        }
    }

    private void LookAgain()
    {
        _looked = _time.GetTimestamp();
        (DateTime, DateTime) written = WrittenAt();
        if (_options.CertificatePath is null ? !_own.IsOld(_current.Leaf) : written == _read)
            return;
        try
        {
            _current = Read();
            _read = written;
            LogTaken(_current.Fingerprint, _current.NotAfter);
        }
        catch (IngotException refusal)
        {
            // Not until the file changes again: half of a renewal is followed by the other half.
            _read = written;
            LogKept(refusal);
        }
    }

    private ServedCertificate Read() => _options.CertificatePath is null ? _own.Load() : CertificateReader.Read(_options, _time.GetUtcNow());

    private (DateTime Certificate, DateTime Key) WrittenAt() => _options.CertificatePath is { } path
        ? (File.GetLastWriteTimeUtc(path), File.GetLastWriteTimeUtc(_options.CertificateKeyPath ?? path))
        : default;

    [LoggerMessage(EventId = 108, Level = LogLevel.Information, Message = "HTTPS shows the certificate {Fingerprint} from now on, which lasts until {NotAfter}.")]
    private partial void LogTaken(string fingerprint, DateTimeOffset notAfter);

    [LoggerMessage(EventId = 109, Level = LogLevel.Warning, Message = "HTTPS goes on with the certificate it has.")]
    private partial void LogKept(IngotException refusal);
}

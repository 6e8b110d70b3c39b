namespace Ingot.Models.Download;

/// <summary>
/// Adds up what many workers bring in and reports it one report at a time, never falling. Until the model is in its
/// place less than 100 is reported.
/// </summary>
internal sealed class ProgressMeter(IProgress<DownloadProgress>? listener)
{
    private const double Step = 0.1;

    private readonly Lock _lock = new();
    private double _reported = -1;
    private long _bytes;

    /// <summary>Bytes of all files; set when the file list is known.</summary>
    internal long TotalBytes { get; set; }

    /// <summary>The share of the whole way that downloading is, 0 to 100; what comes after it takes the rest.</summary>
    internal double DownloadShare { get; set; } = 99;

    /// <summary>Bytes that are there.</summary>
    internal long Bytes
    {
        get
        {
            lock (_lock)
                return _bytes;
        }
    }

    /// <summary>Says that bytes have come in, or (negative) have turned out wrong.</summary>
    internal void Add(long bytes, string? file = null, double fileFraction = 0)
    {
        lock (_lock)
        {
            _bytes += bytes;
            Report(TotalBytes == 0 ? 0 : DownloadShare * _bytes / TotalBytes, file, fileFraction, isForced: false);
        }
    }

    /// <summary>Says how far the whole is where it is not told by bytes.</summary>
    internal void Set(double percent)
    {
        lock (_lock)
            Report(Math.Min(percent, 99.9), null, 0, isForced: false);
    }

    /// <summary>Says that the model is there.</summary>
    internal void Complete()
    {
        lock (_lock)
        {
            _bytes = TotalBytes;
            Report(100, null, 0, isForced: true);
        }
    }

    private void Report(double percent, string? file, double fileFraction, bool isForced)
    {
        if (listener is null || (percent < _reported + Step && !isForced))
            return;
        _reported = Math.Max(percent, 0);
        listener.Report(new DownloadProgress(_reported, file, fileFraction, _bytes, TotalBytes));
    }
}

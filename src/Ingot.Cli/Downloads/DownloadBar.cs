using System.Diagnostics;
using System.Globalization;
using Ingot.Models.Catalog;
using Ingot.Models.Download;
using Ingot.Service;

namespace Ingot.Cli.Downloads;

/// <summary>
/// Brings a model to this machine and shows how far it is, on standard error: one line that is written over in a terminal,
/// a line for every tenth of the way in a log.
/// </summary>
internal sealed class DownloadBar : IProgress<DownloadProgress>
{
    private const int Cells = 36;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly bool _isTerminal = !Console.IsErrorRedirected;
    private TimeSpan _shown = TimeSpan.MinValue;
    private long? _firstBytes;
    private int _tenth = -1;

    /// <summary>Fetches a model; says nothing when it is here already.</summary>
    /// <returns>The folder with its files.</returns>
    public static async Task<string> FetchAsync(IngotServices services, ModelEntry entry, CancellationToken cancellationToken)
    {
        if (services.Store.IsCached(entry))
            return services.Store.GetPath(entry);
        Notice.Say($"Downloading {entry.Id} from {entry.Uri}");
        var bar = new DownloadBar();
        try
        {
            return await services.Store.FetchAsync(entry, bar, cancellationToken);
        }
        finally
        {
            bar.End();
        }
    }

    /// <inheritdoc/>
    public void Report(DownloadProgress value)
    {
        if (value.TotalBytes > 0)
            _firstBytes ??= value.Bytes;
        if (_isTerminal)
            Draw(value);
        else if ((int)value.Percent / 10 is var tenth && tenth > _tenth && value.TotalBytes > 0)
            Notice.Say(Line(value, _tenth = tenth));
    }

    private static string Line(DownloadProgress value, int tenth) => tenth == 10
        ? "100 %"
        : string.Create(CultureInfo.InvariantCulture, $"{tenth * 10} % {value.Bytes / 1e6:F1} of {value.TotalBytes / 1e6:F1} MB");

    private void Draw(DownloadProgress value)
    {
        if (value.Percent < 100 && _watch.Elapsed - Pause < _shown)
            return;
        _shown = _watch.Elapsed;
        var filled = (int)(Cells * value.Percent / 100);
        var speed = (value.Bytes - _firstBytes.GetValueOrDefault()) / Math.Max(0.001, _watch.Elapsed.TotalSeconds);
        var rest = speed > 1 ? TimeSpan.FromSeconds(Math.Min(359_999, (value.TotalBytes - value.Bytes) / speed)) : (TimeSpan?)null;
        Console.Error.Write(string.Create(CultureInfo.InvariantCulture,
            $"\r[{new string('#', filled)}{new string('.', Cells - filled)}] {value.Percent,6:F2} % [Time remaining: {(rest is { } time ? $"about {time.TotalSeconds:F0}s" : "unknown")}]  {speed / 1e6:F1} MB/s   "));
    }

    private void End()
    {
        if (_isTerminal && _shown > TimeSpan.MinValue)
            Console.Error.WriteLine();
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Ingot.Models.Catalog;
using Ingot.Models.Download;
using Ingot.Protocol;
using Ingot.Protocol.Foundry;
using Ingot.Server.Errors;
using Ingot.Server.Http;
using Ingot.Service;

namespace Ingot.Server.Foundry;

/// <summary>
/// A download, told in lines that readers of either of Foundry Local's forms understand: <c>("file", 0.5) 45.67%</c>, and last the
/// outcome as JSON. Until bytes come in the response is untouched, so that a refusal still gets its own status; a failure after
/// that is told in the outcome. A client that leaves, and the end of the service, stop the download; what is there is kept.
/// </summary>
internal sealed partial class DownloadResult(
    ModelEntry entry, HubToken? token, IngotServices services, ILogger logger, CancellationToken stopping) : IResult
{
    /// <summary>
    /// How long the outcome waits after the last line: Foundry Local's JavaScript client sees it only if it begins what one read
    /// gives, and reads join what comes together.
    /// </summary>
    internal static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    // Only the newest report counts: a client that reads slowly does not hold up the download.
    private readonly Channel<DownloadProgress> _reports = Channel.CreateBounded<DownloadProgress>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>A report as a line, with its line end.</summary>
    internal static string Line(DownloadProgress progress) => string.Create(
        CultureInfo.InvariantCulture,
        $"(\"{progress.File}\", {(progress.File is null ? progress.Percent / 100 : progress.FileFraction):0.####}) {progress.Percent:0.00}%\n");

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        CancellationToken gone = httpContext.RequestAborted;
        HttpResponse response = httpContext.Response;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone);
        Task fetch = FetchAsync(end.Token);
        try
        {
            await TellAsync(response, gone);
            await fetch;
            await WriteAsync(response, new DownloadOutcome(true, null), gone);
        }
        catch (Exception exception) when (response.HasStarted && (stopping.IsCancellationRequested || !gone.IsCancellationRequested))
        {
            Exception reason = exception is OperationCanceledException ? OpenRequests.Stopped : exception;
            LogFailed(entry.Id, reason);

            // Where the end of the service is the reason, the client may still be there.
            await WriteAsync(response, new DownloadOutcome(false, WireErrors.Describe(reason).Body.Error.Message), CancellationToken.None);
        }
        finally
        {
            await end.CancelAsync();
            await fetch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FetchAsync(CancellationToken cancellationToken)
    {
        try
        {
            await services.Store.FetchAsync(entry, new Reports(_reports.Writer), token, cancellationToken);
            await services.Catalog.RefreshAsync(cancellationToken);
        }
        finally
        {
            _reports.Writer.Complete();
        }
    }

    /// <summary>Writes the reports until there are no more, and repeats the last one where nothing comes for long.</summary>
    private async Task TellAsync(HttpResponse response, CancellationToken gone)
    {
        DownloadProgress last = default;
        while (await WaitAsync(gone) is var news && news != News.Ended)
        {
            bool hasBegun = response.HasStarted || news == News.Silence;
            if (_reports.Reader.TryRead(out DownloadProgress next))
                last = next;
            if (hasBegun || last.Percent > 0)
                await WriteAsync(response, Encoding.UTF8.GetBytes(Line(last)), gone);
        }
    }

    private async Task<News> WaitAsync(CancellationToken gone)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(gone);
        Task<bool> report = _reports.Reader.WaitToReadAsync(enough.Token).AsTask();
        Task silence = Task.Delay(TimeSpan.FromSeconds(services.Options.KeepAliveSeconds), services.Time, enough.Token);
        Task first = await Task.WhenAny(report, silence);
        if (first == silence && !gone.IsCancellationRequested)
        {
            await enough.CancelAsync();
            await ((Task)report).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return News.Silence;
        }

        await enough.CancelAsync();
        return await report ? News.Report : News.Ended;
    }

    private async Task WriteAsync(HttpResponse response, DownloadOutcome outcome, CancellationToken cancellationToken)
    {
        await Task.Delay(Breath, services.Time, cancellationToken);
        await WriteAsync(response, [.. JsonSerializer.SerializeToUtf8Bytes(outcome, WireJson.For<DownloadOutcome>()), (byte)'\n'], cancellationToken);
    }

    private static async Task WriteAsync(HttpResponse response, byte[] line, CancellationToken cancellationToken)
    {
        if (!response.HasStarted)
        {
            response.ContentType = "text/plain; charset=utf-8";
            response.Headers.CacheControl = "no-cache";
        }

        await response.Body.WriteAsync(line, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    [LoggerMessage(EventId = 104, Level = LogLevel.Warning, Message = "The download of {Model} ended before its time.")]
    private partial void LogFailed(string model, Exception reason);

    private enum News
    {
        Report,
        Silence,
        Ended,
    }

    private sealed class Reports(ChannelWriter<DownloadProgress> writer) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => writer.TryWrite(value);
    }
}

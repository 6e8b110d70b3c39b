using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Threading.Channels;
using Ingot.Errors;

namespace Ingot.Models.Download;

/// <summary>
/// Brings in what is missing of some files, over several connections: small files first, large ones in ranges once the
/// server has shown that it gives ranges. Nothing beyond the listed sizes is read.
/// </summary>
internal sealed class FileSetDownload(
    SourceClient client, DownloadOptions options, Journal journal, ProgressMeter progress, Func<HttpResponseMessage, Exception?>? explain)
{
    // Less than this between two faults does not count as getting on.
    private const int NotableBytes = 64 << 10;
    private const int BufferBytes = 128 << 10;

    private readonly Channel<SegmentRun> _runs = Channel.CreateUnbounded<SegmentRun>();
    private readonly Retries _retries = new(options, options.MaxRetries);
    private int _open;

    /// <summary>Fetches until every file is complete.</summary>
    /// <exception cref="IngotException">A server refuses, lies about sizes, or fails too often.</exception>
    internal async Task RunAsync(IEnumerable<PartialFile> files, CancellationToken cancellationToken)
    {
        foreach (var file in files.OrderBy(file => file.Remote.Size))
        {
            if (file.NextMissing(0, options.SegmentsPerRequest) is { } run)
                Enqueue(new SegmentRun(file, run.First, run.Count, isOpening: true, journal));
            else
                file.Close();
        }

        if (_open == 0)
            return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, options.Connections).Select(_ => WorkAsync(stop)));
    }

    private async Task WorkAsync(CancellationTokenSource stop)
    {
        try
        {
            await foreach (var run in _runs.Reader.ReadAllAsync(stop.Token))
            {
                using (run)
                    await FetchAsync(run, stop.Token);
                if (run.File.IsComplete)
                    run.File.Close();
                if (Interlocked.Decrement(ref _open) == 0)
                    _runs.Writer.TryComplete();
            }
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private void Enqueue(SegmentRun run)
    {
        Interlocked.Increment(ref _open);
        _runs.Writer.TryWrite(run);
    }

    // Retries start over after each attempt that got on: only standing still counts as failing.
    private async Task FetchAsync(SegmentRun run, CancellationToken cancellationToken)
    {
        while (!run.IsDone)
            await _retries.RunAsync(token => AttemptAsync(run, token), cancellationToken);
    }

    private async Task<bool> AttemptAsync(SegmentRun run, CancellationToken cancellationToken)
    {
        var url = run.File.Remote.Url;
        var before = run.Position;
        using var response = await AskAsync(run, cancellationToken);
        var skip = CheckHead(run, response);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (!run.IsDone)
            {
                var read = await client.ReadAsync(body, buffer, url, cancellationToken);
                if (read == 0)
                    throw new TransientFault($"{SourceClient.Shown(url)} ended after {run.Position} of {run.File.Remote.Size} bytes.");
                var dropped = (int)Math.Min(skip, read);
                skip -= dropped;
                var taken = await run.TakeAsync(buffer.AsMemory(dropped, read - dropped), cancellationToken);
                if (taken > 0)
                    progress.Add(taken, run.File.Remote.Path.Text, run.File.Fraction);
            }
        }
        catch (TransientFault) when (run.Position - before >= NotableBytes)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return true;
    }

    private async Task<HttpResponseMessage> AskAsync(SegmentRun run, CancellationToken cancellationToken)
    {
        var file = run.File;
        if (file.DirectUrl is { } direct)
        {
            var known = await client.GetAsync(direct, headers => SetRange(run, headers), cancellationToken);
            if (known.IsSuccessStatusCode)
                return known;
            // Such addresses are signed for an hour or so; the first one gives a new one.
            file.DirectUrl = null;
            known.Dispose();
        }

        var response = await client.GetAsync(file.Remote.Url, headers => SetRange(run, headers), cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            file.DirectUrl = response.RequestMessage?.RequestUri is { } reached && reached != file.Remote.Url ? reached : null;
            return response;
        }

        using (response)
        {
            throw response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable
                ? WrongSize(run, "fewer bytes")
                : client.Fault(response, file.Remote.Url, explain);
        }
    }

    private static void SetRange(SegmentRun run, HttpRequestHeaders headers)
    {
        if (run.File.Remote.State is { } state)
            headers.IfMatch.Add(state);
        if (run.Position > 0 || run.End < run.File.Remote.Size)
            headers.Range = new RangeHeaderValue(run.Position, run.End - 1);
    }

    /// <summary>Checks what the server says it sends, and shares out the rest of the file at its first answer.</summary>
    /// <returns>How many bytes of the answer come before the ones wanted.</returns>
    private long CheckHead(SegmentRun run, HttpResponseMessage response)
    {
        var size = run.File.Remote.Size;
        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            var range = response.Content.Headers.ContentRange;
            if (range?.From != run.Position)
                throw new TransientFault($"{SourceClient.Shown(run.File.Remote.Url)} sent another part than the one asked for.");
            if (range is { HasLength: true, Length: { } whole } && whole != size)
                throw WrongSize(run, $"{whole} bytes");
            if (run.IsOpening)
                ShareOut(run);
            run.IsOpening = false;
            return 0;
        }

        if (response.Content.Headers.ContentLength is { } length && length != size)
            throw WrongSize(run, $"{length} bytes");
        if (run.IsOpening)
            run.ExtendToEnd();
        run.IsOpening = false;
        return run.Position;
    }

    private void ShareOut(SegmentRun opening)
    {
        for (var from = opening.EndSegment; opening.File.NextMissing(from, options.SegmentsPerRequest) is { } next; from = next.First + next.Count)
            Enqueue(new SegmentRun(opening.File, next.First, next.Count, isOpening: false, journal));
    }

    private static IngotException WrongSize(SegmentRun run, string found) =>
        new(ErrorCode.DownloadFailed,
            $"{SourceClient.Shown(run.File.Remote.Url)} has {found}, but the file list says {run.File.Remote.Size}.");
}

using System.Text;

namespace Ingot.Cli.Background;

/// <summary>Reads a log that another process writes, also past the moment when that one begins a new file.</summary>
/// <param name="path">The log; need not exist.</param>
internal sealed class LogReader(string path) : IDisposable
{
    private const int HeadBytes = 64;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private FileStream? _file;

    /// <summary>Prints the last lines, and stays at their end.</summary>
    public async Task PrintEndAsync(TextWriter output, int lines, CancellationToken cancellationToken)
    {
        if (!TryOpen())
            return;
        // The log is bounded, so it can be read whole.
        var last = new Queue<string>();
        using (var reader = new StreamReader(_file!, Encoding.UTF8, leaveOpen: true))
        {
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                if (last.Count == lines && !last.TryDequeue(out _))
                    continue;
                last.Enqueue(line);
            }
        }

        foreach (string line in last)
            await output.WriteLineAsync(line);
        await output.FlushAsync(cancellationToken);
    }

    /// <summary>Prints what is added, until cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task FollowAsync(TextWriter output, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookEvery);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await PrintNewAsync(output, cancellationToken);
            if (_file is not null && IsReplaced())
            {
                // What was written between the last look and the change is still in the old file.
                await PrintNewAsync(output, cancellationToken);
                _file.Dispose();
                _file = null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private async Task PrintNewAsync(TextWriter output, CancellationToken cancellationToken)
    {
        if (_file is null && !TryOpen())
            return;
        using var reader = new StreamReader(_file!, Encoding.UTF8, leaveOpen: true);
        string added = await reader.ReadToEndAsync(cancellationToken);
        await output.WriteAsync(added);
        await output.FlushAsync(cancellationToken);
    }

    private bool TryOpen()
    {
        try
        {
            _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return true;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Whether the log's name stands for another file now. Every log begins with a time of its own.</summary>
    private bool IsReplaced()
    {
        try
        {
            using var now = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> mine = stackalloc byte[HeadBytes];
            Span<byte> theirs = stackalloc byte[HeadBytes];
            int length = RandomAccess.Read(_file!.SafeFileHandle, mine, 0);
            return RandomAccess.Read(now.SafeFileHandle, theirs, 0) is > 0 and var other
                && !theirs[..Math.Min(length, other)].SequenceEqual(mine[..Math.Min(length, other)]);
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}

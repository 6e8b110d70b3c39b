using System.Globalization;
using System.Text;

namespace Ingot.Models.Download;

/// <summary>That a segment of a file's content is on the disk.</summary>
/// <param name="Content">The hash of the whole file it belongs to.</param>
/// <param name="Segment">Its number in the file, from 0.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Sha256">SHA-256 of its bytes.</param>
internal readonly record struct JournalRecord(string Content, int Segment, int Length, string Sha256);

/// <summary>
/// What an unfinished download has on the disk: a text file to which a line is added for each segment after its bytes were
/// written. A process can end at any byte of it: a line that is not whole is skipped, and no line is believed before the
/// bytes it speaks of were read again. Thread-safe.
/// </summary>
internal sealed class Journal : IDisposable
{
    private const string Format = "ingot-download-1";
    private const long MaxBytes = 256L << 20;

    private readonly Lock _lock = new();
    private readonly FileStream _file;

    private Journal(FileStream file) => _file = file;

    /// <summary>Opens the journal to add to it.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="segmentBytes">The segments' size; records of another size are dropped.</param>
    /// <param name="totalBytes">Bytes of all files, for those who watch.</param>
    /// <param name="records">The records that were there.</param>
    internal static Journal Open(string path, int segmentBytes, long totalBytes, out IReadOnlyList<JournalRecord> records)
    {
        var known = Read(path);
        var isUsable = known is { } usable && usable.SegmentBytes == segmentBytes;
        records = isUsable ? known!.Value.Records : [];
        var file = new FileStream(path, isUsable ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        var journal = new Journal(file);
        // The line break also ends a line that a kill cut off.
        journal.Write(isUsable ? "\n" : string.Create(CultureInfo.InvariantCulture, $"{Format} {segmentBytes} {totalBytes}\n"));
        return journal;
    }

    /// <summary>How much of a download is there by its journal, 0 to 1; null without a journal.</summary>
    internal static double? ReadFraction(string path)
    {
        try
        {
            return Read(path) is { TotalBytes: > 0 } known
                ? Math.Min(1, known.Records.DistinctBy(record => (record.Content, record.Segment)).Sum(record => (double)record.Length) / known.TotalBytes)
                : null;
        }
        catch (IOException)
        {
            // The one who works on it has just finished.
            return null;
        }
    }

    /// <summary>Adds a record.</summary>
    internal void Add(JournalRecord record) =>
        Write(string.Create(CultureInfo.InvariantCulture, $"{record.Content} {record.Segment} {record.Length} {record.Sha256} .\n"));

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Write(string line)
    {
        lock (_lock)
        {
            _file.Write(Encoding.ASCII.GetBytes(line));
            _file.Flush();
        }
    }

    private static (int SegmentBytes, long TotalBytes, IReadOnlyList<JournalRecord> Records)? Read(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length > MaxBytes)
            return null;
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), Encoding.ASCII);
        if (reader.ReadLine()?.Split(' ') is not [Format, var segment, var total]
            || !TryNumber(segment, out int segmentBytes) || !long.TryParse(total, NumberStyles.None, CultureInfo.InvariantCulture, out var totalBytes))
            return null;
        var records = new List<JournalRecord>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Split(' ') is [var content, var number, var length, var sha256, "."]
                && TryNumber(number, out var index) && TryNumber(length, out var bytes))
                records.Add(new JournalRecord(content, index, bytes, sha256));
        }

        return (segmentBytes, totalBytes, records);
    }

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

using System.Globalization;
using Ingot.Errors;

namespace Ingot.Models.Download;

/// <summary>Room on the disk.</summary>
internal static class DiskSpace
{
    // A disk filled to the last byte breaks more than a download.
    private const long Reserve = 64L << 20;

    /// <summary>Free bytes where a folder is, which exists; null when the system does not say.</summary>
    internal static long? FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Refuses what will not fit.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.InsufficientStorage"/>, with the numbers.</exception>
    internal static void Require(long bytes, string folder, Func<string, long?> freeBytes)
    {
        if (freeBytes(folder) is { } free && free - Reserve < bytes)
        {
            throw new IngotException(ErrorCode.InsufficientStorage,
                $"{Megabytes(bytes)} are still to be downloaded, but the disk of {folder} has {Megabytes(free)} free.");
        }
    }

    /// <summary>Whether writing failed because the disk is full.</summary>
    internal static bool IsFull(IOException exception) => exception.HResult is 28 or unchecked((int)0x80070070) or unchecked((int)0x80070027);

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB");
}

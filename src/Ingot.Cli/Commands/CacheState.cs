using Ingot.Cli.Output;
using Ingot.Service;

namespace Ingot.Cli.Commands;

/// <summary>The cache folder: what is in it, and how much room there is.</summary>
internal static class CacheState
{
    /// <summary>Looks.</summary>
    public static async Task<CacheFacts> ReadAsync(IngotServices services, CancellationToken cancellationToken) => new(
        services.Store.Location,
        (await CacheCommands.ListAsync(services, cancellationToken)).Count,
        FreeBytes(services.Store.Location));

    /// <summary>Free bytes on the disk where a folder is or would be made; null when the system does not say.</summary>
    private static long? FreeBytes(string folder)
    {
        string? there = folder;
        while (there is not null && !Directory.Exists(there))
            there = Path.GetDirectoryName(there);
        try
        {
            return there is null ? null : new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(there)! : there).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}

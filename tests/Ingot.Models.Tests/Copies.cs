namespace Ingot.Models.Tests;

/// <summary>The copies catalogs keep on the disk.</summary>
internal static class Copies
{
    /// <summary>Makes the copies so old that their servers are asked again.</summary>
    public static void Age(string folder)
    {
        foreach (var copy in Directory.EnumerateFiles(folder))
            File.SetLastWriteTimeUtc(copy, DateTime.UtcNow.AddDays(-3));
    }
}

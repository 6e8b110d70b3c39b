using System.Globalization;

namespace Ingot.Cli.Output;

/// <summary>Sizes and times as people read them.</summary>
internal static class Amount
{
    /// <summary>A number of bytes, in megabytes or gigabytes.</summary>
    public static string OfBytes(long bytes) => bytes >= 1_000_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F1} GB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB");

    /// <summary>A number of bytes that may be unknown.</summary>
    public static string OfBytes(long? bytes) => bytes is { } known ? OfBytes(known) : "unknown";

    /// <summary>A span of time in its largest unit, without fractions.</summary>
    public static string OfTime(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => "0 s",
        { TotalMinutes: < 2 } => $"{(int)time.TotalSeconds} s",
        { TotalHours: < 2 } => $"{(int)time.TotalMinutes} min",
        { TotalDays: < 2 } => $"{(int)time.TotalHours} h",
        _ => $"{(int)time.TotalDays} days",
    };
}

using System.Globalization;

namespace Ingot.Gateway.Replicas;

/// <summary>How long a replica that refuses for want of room wants to be left alone.</summary>
internal static class RetryAfter
{
    /// <summary>What a refusal without the header means.</summary>
    public static readonly TimeSpan Unsaid = TimeSpan.FromSeconds(1);

    /// <summary>Reads the header; what makes no sense counts as unsaid, and nothing as less than a tenth of a second.</summary>
    public static TimeSpan Read(HttpResponseMessage response, DateTimeOffset now)
    {
        TimeSpan wait = Unsaid;
        if (response.Headers.TryGetValues("retry-after-ms", out IEnumerable<string>? values)
            && int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds))
            wait = TimeSpan.FromMilliseconds(milliseconds);
        else if (response.Headers.RetryAfter is { } said)
            wait = said.Delta ?? (said.Date is { } date ? date - now : Unsaid);
        return wait < Least ? Least : wait;
    }

    /// <summary>The header's value for a wait: whole seconds, at least one.</summary>
    public static string Write(TimeSpan wait) => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);
}

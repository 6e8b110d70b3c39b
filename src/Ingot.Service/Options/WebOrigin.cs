using System.Buffers;

namespace Ingot.Service.Options;

/// <summary>A web site as browsers name it in <c>Origin</c>; equal when they are the same site, however written.</summary>
/// <param name="Scheme">Lower case.</param>
/// <param name="Host">Lower case, ASCII.</param>
/// <param name="Port">-1 where the scheme has none.</param>
public sealed record WebOrigin(string Scheme, string Host, int Port)
{
    private const int Longest = 512;

    private static readonly SearchValues<char> Foreign = SearchValues.Create(" \t\\@?#*");

    /// <summary>Reads an origin.</summary>
    /// <param name="text">The text, from anywhere.</param>
    /// <returns>Null for what names no site, <c>null</c> and <c>*</c> included.</returns>
    public static WebOrigin? Parse(string text)
    {
        if (text.Length > Longest || !text.Contains("://", StringComparison.Ordinal) || text.AsSpan().ContainsAny(Foreign))
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { AbsolutePath: "/" or "", IdnHost.Length: > 0 } && !uri.IsFile
            ? new WebOrigin(uri.Scheme, uri.IdnHost.ToLowerInvariant(), uri.Port)
            : null;
    }
}

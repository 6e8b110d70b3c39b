using System.Security.Cryptography;

namespace Ingot.Server.Responses;

/// <summary>Makes ids that nobody can guess, and tells what could be one from what cannot.</summary>
internal static class ResponseIds
{
    private const int Digits = 40;
    private const int Longest = 128;

    /// <summary>A new id, <c>resp_…</c> for the prefix <c>resp</c>.</summary>
    public static string New(string prefix) => $"{prefix}_{RandomNumberGenerator.GetHexString(Digits, lowercase: true)}";

    /// <summary>A caller's text as a message shows it: not more of it than an id may have.</summary>
    public static string Shown(string id) => id.Length > Longest ? $"{id[..Longest]}…" : id;

    /// <summary>Whether a caller's text could be an id at all: letters, digits, underscores and dashes, at most 128.</summary>
    public static bool IsPossible(string id) =>
        id.Length is > 0 and <= Longest && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}

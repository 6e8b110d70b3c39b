using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Ingot.Service.Callers;

/// <summary>How keys are written: <c>ingot-</c>, the id, a dash, and 256 random bits in URL-safe base64.</summary>
public static class ApiKeyText
{
    private const string Prefix = "ingot-";
    private const int IdBytes = 8;
    private const int SecretBytes = 32;
    private const int IdLength = 2 * IdBytes;
    private const int SecretStart = 6 + IdLength + 1;

    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>The length of every key in characters.</summary>
    public static int Length { get; } = SecretStart + Base64Url.GetEncodedLength(SecretBytes);

    /// <summary>The id a key names; null when the text is no key.</summary>
    /// <param name="text">What a caller sent.</param>
    public static string? IdOf(string text)
    {
        if (text.Length != Length || !text.StartsWith(Prefix, StringComparison.Ordinal) || text[SecretStart - 1] != '-')
            return null;
        string id = text.Substring(Prefix.Length, IdLength);
        return IsId(id) && text.AsSpan(SecretStart).IndexOfAnyExcept(Letters) < 0 ? id : null;
    }

    /// <summary>Whether a text may be an id.</summary>
    internal static bool IsId(string id) => id.Length == IdLength && id.All(char.IsAsciiHexDigitLower);

    /// <summary>Makes a key.</summary>
    internal static (string Id, string Text) Make()
    {
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        return (id, $"{Prefix}{id}-{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}");
    }
}

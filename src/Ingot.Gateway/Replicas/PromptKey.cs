using System.IO.Hashing;
using System.Text;
using System.Text.Json;

namespace Ingot.Gateway.Replicas;

/// <summary>
/// What requests that share a prompt's beginning have in common, as a number. Requests of one conversation share all messages up to the
/// user's first one, which later turns repeat unchanged; other prompts share their first bytes.
/// </summary>
internal static class PromptKey
{
    /// <summary>How much of a list of messages is looked at, in bytes: with that much in common it does not matter what follows.</summary>
    private const int MostOfMessages = 64 << 10;

    /// <summary>How much of any other prompt counts, in bytes: about 256 tokens.</summary>
    private const int MostOfText = 1 << 10;

    /// <summary>A text shorter than this costs less to compute than to look for, in bytes.</summary>
    private const int LeastOfText = 64;

    /// <summary>The key of a name that requests give themselves, such as a conversation's.</summary>
    /// <param name="name">The name.</param>
    public static ulong Of(string name) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(name));

    /// <summary>The key of a prompt; null for one that is too short to be worth looking for.</summary>
    /// <param name="prompt">The JSON of <c>messages</c>, <c>input</c> or <c>prompt</c>; empty where there is none.</param>
    public static ulong? Of(ReadOnlySpan<byte> prompt)
    {
        ReadOnlySpan<byte> shared = prompt[..Length(prompt)];
        return shared.IsEmpty ? null : XxHash3.HashToUInt64(shared);
    }

    private static int Length(ReadOnlySpan<byte> prompt)
    {
        ReadOnlySpan<byte> looked = prompt[..Math.Min(prompt.Length, MostOfMessages)];
        int text = prompt.Length < LeastOfText ? 0 : Math.Min(prompt.Length, MostOfText);
        try
        {
            var reader = new Utf8JsonReader(looked, isFinalBlock: false, state: default);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return text;
            do
            {
                if (!TryReadMessage(ref reader, out bool isUsers))
                    return looked.Length;
                if (isUsers)
                    return (int)reader.BytesConsumed;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject);
            return looked.Length;
        }
        catch (JsonException)
        {
            // The provider will say what is wrong with it.
            return text;
        }
    }

    /// <summary>Reads to the end of a message; false when it goes on beyond what is looked at.</summary>
    private static bool TryReadMessage(ref Utf8JsonReader reader, out bool isUsers)
    {
        isUsers = false;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
                return true;
            bool isRole = reader.ValueTextEquals("role"u8);
            if (!reader.Read())
                return false;
            if (isRole && reader.TokenType == JsonTokenType.String)
                isUsers = reader.ValueTextEquals("user"u8);
            else if (!reader.TrySkip())
                return false;
        }

        return false;
    }
}

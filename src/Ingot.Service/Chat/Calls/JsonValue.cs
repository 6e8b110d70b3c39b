using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ingot.Service.Chat.Calls;

/// <summary>Values of arguments that are written outside JSON, as JSON and back.</summary>
internal static class JsonValue
{
    /// <summary>Text as a JSON string.</summary>
    public static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    /// <summary>A value as JSON.</summary>
    /// <param name="text">The value as it was written.</param>
    /// <param name="isText">Whether it is text; null where nobody knows: then what is JSON is taken for it.</param>
    public static string Of(string text, bool? isText) => isText != true && IsJson(text) ? text.Trim() : Quote(text);

    /// <summary>A value as it is written: strings without quotes, all else as JSON.</summary>
    public static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    /// <summary>Whether a text began as JSON that is not whole.</summary>
    public static bool MayGoOn(string text) => text.AsSpan().TrimStart() is ['{' or '[' or '"', ..] && !IsJson(text);

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

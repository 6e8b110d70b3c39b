using System.Text.Json;
using Ingot.Errors;
using Ingot.Protocol;
using Ingot.Protocol.Errors;

namespace Ingot.Gateway.Replicas;

/// <summary>The event that ends a stream which its maker did not end.</summary>
internal static class ErrorEvent
{
    /// <summary>Writes it, empty line included.</summary>
    /// <param name="error">What the caller is told.</param>
    /// <param name="sequenceNumber">Its place among a response's events, from 0; null for the form that chats and completions have.</param>
    public static byte[] Write(IngotException error, int? sequenceNumber)
    {
        using var text = new MemoryStream();
        text.Write("event: error\ndata: "u8);
        string code = JsonNamingPolicy.SnakeCaseLower.ConvertName(error.Code.ToString());
        if (sequenceNumber is { } number)
            WriteOfResponse(text, error, code, number);
        else
            JsonSerializer.Serialize(text, new ErrorBody(new ErrorDetail(error.Message, "server_error", null, code)), WireJson.For<ErrorBody>());
        text.Write("\n\n"u8);
        return text.ToArray();
    }

    private static void WriteOfResponse(MemoryStream text, IngotException error, string code, int sequenceNumber)
    {
        using var json = new Utf8JsonWriter(text);
        json.WriteStartObject();
        json.WriteString("type", "error");
        json.WriteNumber("sequence_number", sequenceNumber);
        json.WriteString("code", code);
        json.WriteString("message", error.Message);
        json.WriteNull("param");
        json.WriteEndObject();
    }
}

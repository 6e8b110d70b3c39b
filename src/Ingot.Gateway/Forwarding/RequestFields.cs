using System.Text;
using System.Text.Json;

namespace Ingot.Gateway.Forwarding;

/// <summary>What a gateway must know of a request's body, found in one pass without taking the rest apart.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="ModelValue">Where the name stands, quotes included.</param>
/// <param name="IsStream">Whether events are asked for.</param>
/// <param name="Prompt">Where what the model reads stands; empty where nowhere.</param>
/// <param name="CacheKey">The request's <c>prompt_cache_key</c>; null where it has none.</param>
internal sealed record RequestFields(string Model, Range ModelValue, bool IsStream, Range Prompt, string? CacheKey)
{
    /// <summary>The response that the request goes on with (<c>previous_response_id</c>); null for none.</summary>
    public string? Previous { get; init; }

    /// <summary>The conversation that the request belongs to (<c>conversation</c>, or its <c>id</c>); null for none.</summary>
    public string? Conversation { get; init; }

    /// <summary>Whether the answer is made without anybody waiting for it (<c>background</c>).</summary>
    public bool IsBackground { get; init; }

    /// <summary>Whether the request asks that its answer be kept or not be kept (<c>store</c>); null where it does not say.</summary>
    public bool? Store { get; init; }

    private static ReadOnlySpan<byte> PreviousName => "previous_response_id"u8;

    // Providers may take schemas nested more deeply than our own models do.
    private static readonly JsonReaderOptions Json = new() { MaxDepth = 256 };

    /// <summary>
    /// Reads a body. Null for whatever names no model without doubt: no JSON object, a model that is absent, no text or there twice; and where
    /// another reader may find another response to go on with. Of such a body our own routes say what is wrong with it.
    /// </summary>
    public static RequestFields? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return ReadObject(body);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter: text that is half a surrogate pair.
            return null;
        }
    }

    /// <summary>The body with another model's name.</summary>
    public ReadOnlyMemory<byte> WithModel(ReadOnlyMemory<byte> body, string model)
    {
        if (model == Model)
            return body;
        byte[] name = Encoding.UTF8.GetBytes(JsonEncodedText.Encode(model).ToString());
        ReadOnlySpan<byte> text = body.Span;
        return (byte[])[.. text[..ModelValue.Start.Value], (byte)'"', .. name, (byte)'"', .. text[ModelValue.End.Value..]];
    }

    private static RequestFields? ReadObject(ReadOnlySpan<byte> body)
    {
        int start = body.StartsWith("\uFEFF"u8) ? 3 : 0;
        var reader = new Utf8JsonReader(body[start..], Json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return null;
        (string? model, string? cacheKey, bool isStream, Range modelValue, Range prompt) = (null, null, false, default, default);
        (string? previous, string? conversation, bool isBackground, bool? store) = (null, null, false, null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isModel = reader.ValueTextEquals("model"u8);
            bool isPrompt = reader.ValueTextEquals("messages"u8) || reader.ValueTextEquals("input"u8) || reader.ValueTextEquals("prompt"u8);
            bool isKey = reader.ValueTextEquals("prompt_cache_key"u8);
            bool saysStream = reader.ValueTextEquals("stream"u8);
            bool isPrevious = reader.ValueTextEquals(PreviousName);
            if (isPrevious ? previous is not null : Ascii.EqualsIgnoreCase(reader.ValueSpan, PreviousName))
                return null;
            bool isConversation = reader.ValueTextEquals("conversation"u8);
            bool saysBackground = reader.ValueTextEquals("background"u8);
            bool saysStore = reader.ValueTextEquals("store"u8);
            reader.Read();
            int from = start + (int)reader.TokenStartIndex;
            if (isModel)
            {
                if (model is not null || reader.TokenType != JsonTokenType.String)
                    return null;
                model = reader.GetString();
                modelValue = from..(start + (int)reader.BytesConsumed);
            }
            else if (isKey && reader.TokenType == JsonTokenType.String)
            {
                cacheKey = reader.GetString();
            }
            else if (saysStream)
            {
                isStream = reader.TokenType == JsonTokenType.True;
            }
            else if (saysBackground)
            {
                isBackground = reader.TokenType == JsonTokenType.True;
            }
            else if (saysStore)
            {
                store = reader.TokenType switch { JsonTokenType.True => true, JsonTokenType.False => false, _ => null };
            }
            else if (isPrevious && reader.TokenType == JsonTokenType.String)
            {
                previous = reader.GetString();
            }
            else if (isConversation)
            {
                conversation = NameOf(reader);
            }

            reader.Skip();
            if (isPrompt)
                prompt = from..(start + (int)reader.BytesConsumed);
        }

        // What follows the object would be a fault, which reading on tells.
        _ = reader.Read();
        return model is null ? null : new RequestFields(model, modelValue, isStream, prompt, cacheKey)
        {
            Previous = previous,
            Conversation = conversation,
            IsBackground = isBackground,
            Store = store,
        };
    }

    // The reader is a copy: what it reads here is still before the other one.
    private static string? NameOf(Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString();
        if (reader.TokenType != JsonTokenType.StartObject)
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isName = reader.ValueTextEquals("id"u8);
            reader.Read();
            if (isName)
                return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            reader.Skip();
        }

        return null;
    }
}

using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ingot.Errors;
using Ingot.Protocol;
using Ingot.Protocol.Bounds;

namespace Ingot.Server.Http;

/// <summary>
/// Turns the place at which binding failed into an error about the caller's field. The serializer's own message
/// names C# types, so only its path is used.
/// </summary>
internal static class WirePath
{
    /// <summary>Explains why a body did not bind to <paramref name="root"/>.</summary>
    /// <param name="root">The body's type.</param>
    /// <param name="exception">What the serializer said.</param>
    /// <param name="anyCase">Whether names are read in any letter case.</param>
    public static IngotException Explain(Type root, JsonException exception, bool anyCase = false)
    {
        // A converter that reads its parts by themselves hands on where in them it failed.
        string within = "";
        for (Exception? inner = exception.InnerException; inner is JsonException { Path: ['$', .. var rest] }; inner = inner.InnerException)
            within += rest;
        string path = exception.Path is ['$', '.', .. var full] ? full + within : "";
        if (path.Length == 0)
            return new IngotException(ErrorCode.InvalidValue, "The request body does not have the expected form.", inner: exception);

        return Resolve(root, path, anyCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal) switch
        {
            null => new IngotException(ErrorCode.UnknownParameter, $"Unknown parameter: '{path}'.", path, exception),
            { } type => new IngotException(ErrorCode.InvalidValue, $"Invalid type for '{path}': expected {Describe(type)}{(anyCase ? ", given once" : "")}.", path, exception),
        };
    }

    /// <summary>The type expected at a path; null when the path leads to a field that does not exist.</summary>
    private static Type? Resolve(Type root, string path, StringComparison comparison)
    {
        Type type = root;
        foreach (string segment in path.Split('.', '['))
        {
            Type? entry = type.GetCustomAttribute<TextOrListAttribute>()?.Entry;
            JsonTypeInfo info = WireJson.Options.GetTypeInfo(type);
            if (segment.EndsWith(']') && (entry ?? info.ElementType) is { } element)
            {
                type = element;
            }
            else if (info.Kind == JsonTypeInfoKind.Object)
            {
                JsonPropertyInfo? property = info.Properties.FirstOrDefault(p => p.Name.Equals(segment, comparison));
                if (property is null)
                    return null;
                type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            }
            else
            {
                return entry ?? info.ElementType ?? type;
            }
        }

        return type;
    }

    private static string Describe(Type type)
    {
        if (type == typeof(string))
            return "a string";
        if (type == typeof(bool))
            return "true or false";
        if (type == typeof(int) || type == typeof(long))
            return "an integer";
        if (type == typeof(float) || type == typeof(double))
            return "a number";
        if (type == typeof(Protocol.Chat.MessageContent))
            return "a string or an array of content parts";
        if (type == typeof(Protocol.Chat.StopSequences))
            return "a string or an array of strings";
        if (type == typeof(Protocol.Responses.ResponseInput))
            return "a string or an array of items";
        if (type == typeof(Protocol.Responses.ResponseContent))
            return "a string or an array of content parts";
        if (type == typeof(Protocol.Responses.ConversationReference))
            return "a conversation's id or an object with its id";
        if (type == typeof(Protocol.Completions.PromptInput))
            return "a string, an array of strings, an array of token ids, or an array of such arrays";
        return WireJson.Options.GetTypeInfo(type).Kind == JsonTypeInfoKind.Enumerable ? "an array" : "an object";
    }
}

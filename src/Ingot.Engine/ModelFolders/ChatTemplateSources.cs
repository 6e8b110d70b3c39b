using System.Text;
using System.Text.Json;
using Ingot.Errors;

namespace Ingot.Engine.ModelFolders;

/// <summary>The chat templates a folder brings, unparsed.</summary>
/// <param name="Default">For every conversation; null when there is none.</param>
/// <param name="ToolUse">For conversations with tools; null when there is none of its own.</param>
/// <param name="File">The file they come from.</param>
internal sealed record ChatTemplateSources(string? Default, string? ToolUse, string File)
{
    private const string TemplateFile = "chat_template.jinja";
    private const string TokenizerFile = "tokenizer_config.json";
    private const int LargestTemplateBytes = 1 << 20;

    public static ChatTemplateSources Read(string folder, int largestTokenizerConfigBytes)
    {
        if (JsonFile.ReadBytes(folder, TemplateFile, LargestTemplateBytes) is { } bytes)
            return new ChatTemplateSources(Decode(bytes), null, TemplateFile);
        using JsonDocument? document = JsonFile.Read(folder, TokenizerFile, largestTokenizerConfigBytes);
        if (document?.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("chat_template", out JsonElement template))
            return new ChatTemplateSources(null, null, TokenizerFile);
        return template.ValueKind switch
        {
            JsonValueKind.Null => new ChatTemplateSources(null, null, TokenizerFile),
            JsonValueKind.String => new ChatTemplateSources(Limit(template.GetString()!), null, TokenizerFile),
            JsonValueKind.Array => new ChatTemplateSources(Find(template, "default"), Find(template, "tool_use"), TokenizerFile),
            _ => throw new IngotException(ErrorCode.ModelInvalid, $"{TokenizerFile}: chat_template must be a text or a list of objects with name and template."),
        };
    }

    private static string? Find(JsonElement list, string name)
    {
        foreach (JsonElement item in list.EnumerateArray())
        {
            if (item.ValueKind is not JsonValueKind.Object
                || !item.TryGetProperty("name", out JsonElement itsName) || itsName.ValueKind is not JsonValueKind.String
                || !item.TryGetProperty("template", out JsonElement template) || template.ValueKind is not JsonValueKind.String)
                throw new IngotException(ErrorCode.ModelInvalid, $"{TokenizerFile}: every entry of chat_template must have a text name and a text template.");
            if (itsName.ValueEquals(name))
                return Limit(template.GetString()!);
        }
        return null;
    }

    private static string Limit(string template) => template.Length <= LargestTemplateBytes
        ? template
        : throw new IngotException(ErrorCode.ModelInvalid, $"{TokenizerFile}: chat_template is longer than the {LargestTemplateBytes} characters allowed.");

    private static string Decode(byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException exception)
        {
            throw new IngotException(ErrorCode.ModelInvalid, $"{TemplateFile}: is not UTF-8 text.", inner: exception);
        }
    }
}

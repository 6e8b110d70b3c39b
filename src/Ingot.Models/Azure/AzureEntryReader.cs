using System.Globalization;
using System.Text.Json;
using Ingot.Models.Catalog;

namespace Ingot.Models.Azure;

/// <summary>
/// Reads one model as the Azure catalog writes it. Most of what it says are tags, texts all of them; what is missing or of
/// another kind counts as not said, but for the name and the address.
/// </summary>
internal static class AzureEntryReader
{
    /// <summary>The provider's name that Foundry's own clients know.</summary>
    internal const string ProviderType = "AzureFoundry";

    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 4 };

    /// <summary>Reads a model.</summary>
    /// <exception cref="FormatException">It has no name, version or address that could be one.</exception>
    internal static ModelEntry Read(JsonElement item)
    {
        var properties = Member(item, "properties");
        var annotations = Member(item, "annotations");
        var tags = Member(annotations, "tags");
        var system = Member(annotations, "systemCatalogData");
        var variant = Member(properties, "variantInfo");
        var metadata = Member(variant, "variantMetadata");
        var name = Text(properties, "name") ?? throw new FormatException("a model has no 'properties.name'.");
        if (ModelName.Fault(name) is { } fault)
            throw new FormatException($"a model's 'properties.name' {fault}.");
        if (Number(properties, "version") is not ({ } version and >= 0 and <= int.MaxValue))
            throw new FormatException($"'{name}' has no 'properties.version' that is a whole number.");
        var uri = Text(item, "assetId") ?? Text(properties, "id");
        if (uri is null || !AzureBlobProvider.IsAsset(uri))
            throw new FormatException($"'{name}' has no 'assetId' that begins with {AzureBlobProvider.AssetPrefix}.");
        var alias = Text(tags, "alias");
        return new ModelEntry
        {
            Name = name,
            Version = (int)version,
            Alias = alias is not null && ModelName.Fault(alias) is null ? alias : ModelName.FamilyOf(name),
            DisplayName = Text(system, "displayName"),
            ProviderType = ProviderType,
            Uri = uri,
            ModelType = Text(metadata, "modelType") ?? "ONNX",
            PromptTemplate = Prompt(Text(tags, "promptTemplate")),
            Publisher = Text(system, "publisher") ?? Text(tags, "author"),
            License = Text(tags, "license"),
            LicenseDescription = Text(tags, "licenseDescription"),
            Task = Text(tags, "task") ?? "chat-completion",
            DeviceType = Text(metadata, "device") is { } text && char.IsAsciiLetter(text[0]) && Enum.TryParse<ModelDevice>(text, ignoreCase: true, out var device)
                ? device
                : ModelDevice.Invalid,
            ExecutionProvider = Text(metadata, "executionProvider") ?? "CPUExecutionProvider",
            FileSizeMb = Number(metadata, "fileSizeBytes") is { } and > 0 and var bytes ? (int)Math.Min(int.MaxValue, ((bytes - 1) >> 20) + 1) : null,
            SupportsToolCalling = Flag(tags, "supportsToolCalling"),
            ToolCallStart = Text(tags, "toolCallStart"),
            ToolCallEnd = Text(tags, "toolCallEnd"),
            SupportsReasoning = Flag(tags, "supportsReasoning"),
            ReasoningStart = Text(tags, "reasoningStart"),
            ReasoningEnd = Text(tags, "reasoningEnd"),
            MaxOutputTokens = Positive(tags, "maxOutputTokens") ?? Positive(system, "maxOutputTokens"),
            ContextLength = Positive(tags, "contextLength") ?? Positive(system, "textContextWindow"),
            MinFoundryLocalVersion = Text(properties, "minFLVersion"),
            CreatedAtUnix = Created(Member(properties, "creationContext")),
            InputModalities = Text(tags, "inputModalities"),
            OutputModalities = Text(tags, "outputModalities"),
            Capabilities = Text(tags, "capabilities"),
            ParentModelUri = Member(variant, "parents") is { ValueKind: JsonValueKind.Array } parents && parents.GetArrayLength() > 0 ? Text(parents[0], "assetId") : null,
        };
    }

    private static PromptTexts? Prompt(string? json)
    {
        if (json is null)
            return null;
        try
        {
            using var document = JsonDocument.Parse(json, Json);
            var texts = document.RootElement;
            return texts.ValueKind == JsonValueKind.Object
                ? new PromptTexts(Text(texts, "system"), Text(texts, "user"), Text(texts, "assistant"), Text(texts, "prompt"))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long Created(JsonElement? context) =>
        DateTimeOffset.TryParse(Text(context, "createdTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? Math.Max(0, time.ToUnixTimeSeconds())
            : 0;

    private static JsonElement? Member(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement? parent, string name)
    {
        if (Member(parent, name) is not { ValueKind: JsonValueKind.String } value)
            return null;
        try
        {
            return value.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, written as an escape, parses and fails when it is read.
            return null;
        }
    }

    private static long? Number(JsonElement? parent, string name) => Member(parent, name) switch
    {
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var number) => number,
        { ValueKind: JsonValueKind.String } when long.TryParse(Text(parent, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private static long? Positive(JsonElement? parent, string name) => Number(parent, name) is { } and > 0 and var number ? number : null;

    private static bool? Flag(JsonElement? parent, string name) => Member(parent, name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.String } => bool.TryParse(Text(parent, name), out var flag) ? flag : null,
        _ => null,
    };
}

using System.Text.Json;
using Ingot.Errors;
using Ingot.Models.Download;

namespace Ingot.Models.Catalog;

/// <summary>Reads models as catalogs write them: Foundry's model information in camel case, and a few fields of our own.</summary>
internal static class CatalogEntryReader
{
    private const int MaxEntries = 10_000;
    private const int MaxFiles = 2000;

    /// <summary>Reads <c>{"models":[…]}</c> or a bare array.</summary>
    /// <param name="list">The document.</param>
    /// <param name="origin">The file or address it comes from, for refusals.</param>
    /// <param name="folder">What an entry's <c>path</c> is relative to; null where a catalog may not name paths of this machine.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/>, naming origin and field.</exception>
    internal static IReadOnlyList<ModelEntry> ReadList(JsonElement list, string origin, string? folder)
    {
        var place = "";
        if (list.ValueKind == JsonValueKind.Object)
        {
            place = "models";
            if (!list.TryGetProperty("models", out list))
                throw Fault("has no field 'models'.");
        }

        if (list.ValueKind != JsonValueKind.Array)
            throw Fault($"should hold an array of models{(place.Length > 0 ? $" in field '{place}'" : "")}.");
        if (list.GetArrayLength() > MaxEntries)
            throw Fault($"lists more than {MaxEntries} models.");
        var entries = new List<ModelEntry>();
        foreach (var element in list.EnumerateArray())
            entries.Add(Read(new CatalogFields(origin, $"{place}[{entries.Count}]", element), folder));
        return entries;

        IngotException Fault(string what) => new(ErrorCode.InvalidValue, $"The catalog file {origin} {what}");
    }

    /// <summary>Reads one model.</summary>
    /// <param name="fields">The model.</param>
    /// <param name="folder">As for <see cref="ReadList"/>.</param>
    internal static ModelEntry Read(CatalogFields fields, string? folder)
    {
        var id = fields.Text("id");
        var (name, nameVersion) = ModelName.SplitId(fields.Text("name") ?? id ?? throw fields.Fault("name", "is missing"));
        var idVersion = id is null ? null : ModelName.SplitId(id).Version;
        var version = fields.Version("version") ?? idVersion ?? nameVersion ?? 0;
        if (id is not null && !ModelName.Same(id, $"{name}:{version}") && !ModelName.Same(id, name))
            throw fields.Fault("id", $"is '{id}', but name and version make '{name}:{version}'");
        if (ModelName.Fault(name) is { } fault)
            throw fields.Fault("name", fault);
        var alias = fields.Text("alias") ?? ModelName.FamilyOf(name);
        if (ModelName.Fault(alias) is { } aliasFault)
            throw fields.Fault("alias", aliasFault);

        var runtime = fields.Object("runtime");
        var prompt = fields.Object("promptTemplate");
        var local = folder is null ? null : fields.Text("path");
        var (uri, signature) = SplitAddress(fields.Text("uri") ?? $"local://{name}");
        return new ModelEntry
        {
            Name = name,
            Version = version,
            Alias = alias,
            DisplayName = fields.Text("displayName"),
            Description = fields.Text("description"),
            ProviderType = fields.Text("providerType") ?? "Local",
            Uri = uri,
            Signature = signature,
            ModelType = fields.Text("modelType") ?? "ONNX",
            PromptTemplate = prompt is null ? null : new PromptTexts(prompt.Text("system"), prompt.Text("user"), prompt.Text("assistant"), prompt.Text("prompt")),
            Publisher = fields.Text("publisher"),
            Parameters = ReadParameters(fields),
            License = fields.Text("license"),
            LicenseDescription = fields.Text("licenseDescription"),
            Task = fields.Text("task") ?? "chat-completion",
            DeviceType = runtime?.Text("deviceType") is { } device
                ? Enum.TryParse<ModelDevice>(device, ignoreCase: true, out var known) && !char.IsAsciiDigit(device[0]) ? known : ModelDevice.Invalid
                : ModelDevice.CPU,
            ExecutionProvider = runtime?.Text("executionProvider") ?? "CPUExecutionProvider",
            FileSizeMb = fields.Int("fileSizeMb"),
            SupportsToolCalling = fields.Flag("supportsToolCalling"),
            ToolCallStart = fields.Text("toolCallStart"),
            ToolCallEnd = fields.Text("toolCallEnd"),
            SupportsReasoning = fields.Flag("supportsReasoning"),
            ReasoningStart = fields.Text("reasoningStart"),
            ReasoningEnd = fields.Text("reasoningEnd"),
            MaxOutputTokens = fields.Long("maxOutputTokens"),
            ContextLength = fields.Long("contextLength"),
            MinFoundryLocalVersion = fields.Text("minFLVersion"),
            CreatedAtUnix = fields.Long("createdAt") ?? 0,
            InputModalities = fields.Text("inputModalities"),
            OutputModalities = fields.Text("outputModalities"),
            Capabilities = fields.Text("capabilities"),
            ParentModelUri = fields.Text("parentModelUri"),
            Files = ReadFiles(fields),
            LocalPath = local is null ? null : Path.GetFullPath(local, folder!),
        };
    }

    // The query of a web address opens it and is nobody else's business; other addresses have none.
    private static (string Uri, string? Signature) SplitAddress(string uri) =>
        HttpProvider.IsWebAddress(uri) && uri.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark
            ? (uri[..mark], uri[(mark + 1)..])
            : (uri, null);

    private static List<ModelParameter> ReadParameters(CatalogFields fields)
    {
        var parameters = new List<ModelParameter>();
        foreach (var item in fields.Object("modelSettings")?.List("parameters") ?? [])
            parameters.Add(new ModelParameter(item.Text("Name") ?? item.Text("name") ?? throw item.Fault("name", "is missing"),
                item.Text("Value") ?? item.Text("value")));
        return parameters;
    }

    /// <summary>Reads the list <c>files</c>; empty when there is none.</summary>
    internal static IReadOnlyList<ModelFile> ReadFiles(CatalogFields fields)
    {
        var files = new List<ModelFile>();
        foreach (var item in fields.List("files"))
        {
            if (files.Count == MaxFiles)
                throw fields.Fault("files", $"lists more than {MaxFiles} files");
            files.Add(new ModelFile(
                item.Text("path") ?? throw item.Fault("path", "is missing"),
                item.Long("size") ?? throw item.Fault("size", "is missing"),
                item.Text("sha256") ?? throw item.Fault("sha256", "is missing")));
        }

        return files;
    }
}

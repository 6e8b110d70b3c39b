using System.Text.Json;
using Ingot.Errors;

namespace Ingot.Models.Catalog;

/// <summary>
/// A JSON file that lists models: <c>{"models":[…]}</c> or a bare array of Foundry's model information in camel case.
/// An entry's <c>path</c> names its folder on this machine, relative to the file; fields nobody here knows are skipped,
/// since catalogs of newer versions carry more.
/// </summary>
/// <param name="path">The file; it must exist.</param>
public sealed class CatalogFileSource(string path) : ICatalogSource
{
    private const int MaxEntries = 10_000;

    private readonly string _path = Path.GetFullPath(path);

    /// <inheritdoc/>
    public string Name => _path;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ModelEntry>> ListAsync(CancellationToken cancellationToken)
    {
        using var document = await JsonFile.ReadAsync(_path, cancellationToken);
        var list = document.RootElement;
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
            entries.Add(ReadEntry(new CatalogFields(_path, $"{place}[{entries.Count}]", element)));
        return entries;
    }

    private ModelEntry ReadEntry(CatalogFields fields)
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
        var local = fields.Text("path");
        return new ModelEntry
        {
            Name = name,
            Version = version,
            Alias = alias,
            DisplayName = fields.Text("displayName"),
            Description = fields.Text("description"),
            ProviderType = fields.Text("providerType") ?? "Local",
            Uri = fields.Text("uri") ?? $"local://{name}",
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
            LocalPath = local is null ? null : Path.GetFullPath(local, Path.GetDirectoryName(_path)!),
        };
    }

    private static List<ModelParameter> ReadParameters(CatalogFields fields)
    {
        var parameters = new List<ModelParameter>();
        foreach (var item in fields.Object("modelSettings")?.List("parameters") ?? [])
            parameters.Add(new ModelParameter(item.Text("Name") ?? item.Text("name") ?? throw item.Fault("name", "is missing"),
                item.Text("Value") ?? item.Text("value")));
        return parameters;
    }

    private IngotException Fault(string what) => new(ErrorCode.InvalidValue, $"The catalog file {_path} {what}");
}

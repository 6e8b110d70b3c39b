using Ingot.Models.Catalog;

namespace Microsoft.AI.Foundry.Local.Models;

/// <summary>Turns a catalog entry into what this library shows of it.</summary>
internal static class ModelInfoMapper
{
    /// <summary>Maps an entry.</summary>
    public static ModelInfo ToInfo(ModelEntry entry, bool cached) => new()
    {
        Id = entry.Id,
        Name = entry.Name,
        Version = entry.Version,
        Alias = entry.Alias,
        DisplayName = entry.DisplayName,
        ProviderType = entry.ProviderType,
        Uri = entry.Uri,
        ModelType = entry.ModelType,
        PromptTemplate = entry.PromptTemplate is not { } texts ? null : new PromptTemplate
        {
            System = texts.System,
            User = texts.User,
            Assistant = texts.Assistant ?? "",
            Prompt = texts.Prompt ?? "",
        },
        Publisher = entry.Publisher,
        ModelSettings = entry.Parameters.Count == 0 ? null : new ModelSettings
        {
            Parameters = [.. entry.Parameters.Select(parameter => new Parameter { Name = parameter.Name, Value = parameter.Value })],
        },
        License = entry.License,
        LicenseDescription = entry.LicenseDescription,
        Cached = cached,
        Task = entry.Task,
        Runtime = new Runtime { DeviceType = ToDevice(entry.DeviceType), ExecutionProvider = entry.ExecutionProvider },
        FileSizeMb = entry.FileSizeMb,
        SupportsToolCalling = entry.SupportsToolCalling,
        MaxOutputTokens = entry.MaxOutputTokens,
        MinFLVersion = entry.MinFoundryLocalVersion,
        CreatedAtUnix = entry.CreatedAtUnix,
        ContextLength = entry.ContextLength,
        InputModalities = entry.InputModalities,
        OutputModalities = entry.OutputModalities,
        Capabilities = entry.Capabilities,
    };

    private static DeviceType ToDevice(ModelDevice device) => device switch
    {
        ModelDevice.CPU => DeviceType.CPU,
        ModelDevice.GPU => DeviceType.GPU,
        ModelDevice.NPU => DeviceType.NPU,
        _ => DeviceType.Invalid,
    };
}

using System.Text.Json;
using Ingot.Errors;

namespace Ingot.Models.Catalog;

/// <summary>
/// What a model folder says about itself without being loaded. A folder whose configuration is damaged is still
/// listed, with less: loading it names the damage.
/// </summary>
internal sealed record FolderFacts(long? ContextLength, string Task, ModelDevice Device, string ExecutionProvider, int FileSizeMb, long CreatedAtUnix)
{
    internal const string ConfigFile = "genai_config.json";
    internal const string Embeddings = "embeddings";
    internal const string UnfinishedMark = "download.tmp";

    /// <summary>Whether the folder holds a whole model: its configuration, and no mark of an unfinished download.</summary>
    internal static bool IsModel(string folder) =>
        File.Exists(Path.Combine(folder, ConfigFile)) && !File.Exists(Path.Combine(folder, UnfinishedMark));

    internal static async Task<FolderFacts> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var configPath = Path.Combine(folder, ConfigFile);
        var size = SizeMb(folder);
        var created = new DateTimeOffset(File.GetLastWriteTimeUtc(configPath), TimeSpan.Zero).ToUnixTimeSeconds();
        try
        {
            using var config = await JsonFile.ReadAsync(configPath, cancellationToken);
            var model = Member(config.RootElement, "model");
            var provider = FirstProvider(model);
            return new FolderFacts(
                Member(model, "context_length") is { ValueKind: JsonValueKind.Number } length && length.TryGetInt64(out var tokens) ? tokens : null,
                Member(model, "pooling") is null ? TaskOf(Text(Member(model, "type"))) : Embeddings, DeviceOf(provider), ProviderName(provider), size, created);
        }
        catch (Exception exception) when (exception is IngotException or InvalidOperationException)
        {
            return new FolderFacts(null, TaskOf(null), ModelDevice.CPU, ProviderName(null), size, created);
        }
    }

    private static string? FirstProvider(JsonElement? model)
    {
        var options = Member(Member(Member(model, "decoder") ?? Member(model, "encoder"), "session_options"), "provider_options");
        return options is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0
            && list[0].ValueKind == JsonValueKind.Object && list[0].EnumerateObject().FirstOrDefault() is { Value.ValueKind: not JsonValueKind.Undefined } first
            ? first.Name
            : null;
    }

    private static string TaskOf(string? modelType) => modelType switch
    {
        "whisper" => "automatic-speech-recognition",
        "phi3v" or "fara" or "qwen2_5_vl" or "qwen3_vl" => "vision-language-chat",
        _ => "chat-completion",
    };

    private static ModelDevice DeviceOf(string? provider) => provider?.ToUpperInvariant() switch
    {
        "CUDA" or "DML" or "WEBGPU" or "NVTENSORRTRTX" => ModelDevice.GPU,
        "QNN" or "VITISAI" => ModelDevice.NPU,
        _ => ModelDevice.CPU,
    };

    private static string ProviderName(string? provider) => provider?.ToUpperInvariant() switch
    {
        null or "CPU" => "CPUExecutionProvider",
        "CUDA" => "CUDAExecutionProvider",
        "DML" => "DmlExecutionProvider",
        "WEBGPU" => "WebGpuExecutionProvider",
        "NVTENSORRTRTX" => "NvTensorRTRTXExecutionProvider",
        "QNN" => "QNNExecutionProvider",
        "VITISAI" => "VitisAIExecutionProvider",
        _ => provider,
    };

    private static int SizeMb(string folder)
    {
        var bytes = new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);
        return (int)Math.Min(int.MaxValue, (bytes + (1 << 20) - 1) >> 20);
    }

    private static JsonElement? Member(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement? value) => value is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}

namespace Ingot.Models.Catalog;

/// <summary>The kind of processor a model variant was made for.</summary>
public enum ModelDevice
{
    /// <summary>The source named a device nobody here knows.</summary>
    Invalid,

    /// <summary>Runs on the processor; every machine has one.</summary>
    CPU,

    /// <summary>Made for a graphics processor.</summary>
    GPU,

    /// <summary>Made for a neural accelerator.</summary>
    NPU,
}

/// <summary>
/// One model variant at one version: what a catalog says about it and, when its files are on this machine,
/// where they are. Carries every field of Foundry's model information; absent means the source did not say.
/// </summary>
public sealed record ModelEntry
{
    /// <summary>Unique name of this version, <c>name:version</c>.</summary>
    public string Id => $"{Name}:{Version}";

    /// <summary>Name of the variant without its version; never empty, no colon.</summary>
    public required string Name { get; init; }

    /// <summary>Version, 0 or more; 0 is a model that was registered without one.</summary>
    public int Version { get; init; }

    /// <summary>The family's name; variants of one model for different devices share it.</summary>
    public required string Alias { get; init; }

    /// <summary>Name for people; absent means <see cref="Name"/> serves.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Where the entry comes from: <c>Local</c> (default) or a registry's provider name.</summary>
    public string ProviderType { get; init; } = "Local";

    /// <summary>Address of the model: <c>local://name</c> for folders on this machine, else a registry's address.</summary>
    public required string Uri { get; init; }

    /// <summary>File format; <c>ONNX</c> is the only one run here.</summary>
    public string ModelType { get; init; } = "ONNX";

    /// <summary>Simple prompt texts with <c>{Content}</c> places, for clients that need them; chat uses the folder's template.</summary>
    public PromptTexts? PromptTemplate { get; init; }

    /// <summary>Who published the model.</summary>
    public string? Publisher { get; init; }

    /// <summary>Default request parameters the publisher recommends; empty when none.</summary>
    public IReadOnlyList<ModelParameter> Parameters { get; init; } = [];

    /// <summary>License identifier, such as <c>MIT</c>.</summary>
    public string? License { get; init; }

    /// <summary>One line on the license.</summary>
    public string? LicenseDescription { get; init; }

    /// <summary>What the model does: <c>chat-completion</c> (default), <c>embeddings</c>, <c>automatic-speech-recognition</c>…</summary>
    public string Task { get; init; } = "chat-completion";

    /// <summary>The device the variant was made for; CPU by default.</summary>
    public ModelDevice DeviceType { get; init; } = ModelDevice.CPU;

    /// <summary>ONNX Runtime's name of the execution provider the variant was made for.</summary>
    public string ExecutionProvider { get; init; } = "CPUExecutionProvider";

    /// <summary>Size of the files in mebibytes, rounded up.</summary>
    public int? FileSizeMb { get; init; }

    /// <summary>Whether the model was trained to call tools.</summary>
    public bool? SupportsToolCalling { get; init; }

    /// <summary>Text that opens a tool call in the model's output; absent means <c>&lt;tool_call&gt;</c>.</summary>
    public string? ToolCallStart { get; init; }

    /// <summary>Text that closes a tool call; absent means <c>&lt;/tool_call&gt;</c>.</summary>
    public string? ToolCallEnd { get; init; }

    /// <summary>Whether the model thinks aloud before it answers.</summary>
    public bool? SupportsReasoning { get; init; }

    /// <summary>Text that opens the reasoning; absent means <c>&lt;think&gt;</c>.</summary>
    public string? ReasoningStart { get; init; }

    /// <summary>Text that closes the reasoning; absent means <c>&lt;/think&gt;</c>.</summary>
    public string? ReasoningEnd { get; init; }

    /// <summary>The most tokens one answer may have, by the publisher's word.</summary>
    public long? MaxOutputTokens { get; init; }

    /// <summary>Prompt and answer together, in tokens.</summary>
    public long? ContextLength { get; init; }

    /// <summary>Oldest Foundry Local version the publisher names.</summary>
    public string? MinFoundryLocalVersion { get; init; }

    /// <summary>When the model was published, in seconds since 1970 UTC; 0 when unknown.</summary>
    public long CreatedAtUnix { get; init; }

    /// <summary>Comma-separated kinds of input, such as <c>text</c>.</summary>
    public string? InputModalities { get; init; }

    /// <summary>Comma-separated kinds of output, such as <c>text</c>.</summary>
    public string? OutputModalities { get; init; }

    /// <summary>Comma-separated further abilities, such as <c>tool-calling</c>.</summary>
    public string? Capabilities { get; init; }

    /// <summary>Address of the model this one was made from.</summary>
    public string? ParentModelUri { get; init; }

    /// <summary>One line on what the model is and is good for.</summary>
    public string? Description { get; init; }

    /// <summary>The model's files where <see cref="Uri"/> is a folder on a plain web server; empty otherwise: other sources list their files themselves.</summary>
    public IReadOnlyList<ModelFile> Files { get; init; } = [];

    /// <summary>
    /// What opens <see cref="Uri"/> where the catalog gave a signed address: its query, such as a storage signature. A secret:
    /// it is part of what is asked for, and is neither shown nor written to a model. Null without one.
    /// </summary>
    internal string? Signature { get; init; }

    /// <summary>Absolute path of the folder with the model's files; null when they are not on this machine.</summary>
    public string? LocalPath { get; init; }

    /// <summary>
    /// Whether this machine has what the variant was made for: always for those made for any CPU; for others where the catalog was told so
    /// when it was listed.
    /// </summary>
    public bool IsRunnable { get => IsForAnyCpu || field; init; }

    /// <summary>Whether it was made for any CPU, and not for a vendor's provider or another device.</summary>
    public bool IsForAnyCpu => DeviceType == ModelDevice.CPU
        && string.Equals(ExecutionProvider, "CPUExecutionProvider", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Prompt texts with <c>{Content}</c> places, as older Foundry catalogs carry them.</summary>
/// <param name="System">Text around a system message.</param>
/// <param name="User">Text around a user message.</param>
/// <param name="Assistant">Text around an assistant message.</param>
/// <param name="Prompt">Text around the last user message, up to where the answer starts.</param>
public sealed record PromptTexts(string? System, string? User, string? Assistant, string? Prompt);

/// <summary>One file of a model.</summary>
/// <param name="Path">Its path in the model's folder, with <c>/</c> between names.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">SHA-256 of its content, hexadecimal.</param>
public sealed record ModelFile(string Path, long Size, string Sha256);

/// <summary>One recommended default of a request parameter.</summary>
/// <param name="Name">The parameter, such as <c>temperature</c>.</param>
/// <param name="Value">Its value as text; null means no value.</param>
public sealed record ModelParameter(string Name, string? Value);

using System.Text.Json;
using Ingot.Errors;

namespace Ingot.Engine.ModelFolders;

/// <summary>
/// A folder with an ONNX model as onnxruntime-genai lays it out. Opening reads and checks its configuration, not its weights.
/// </summary>
public sealed record ModelFolder
{
    private const int LargestJsonBytes = 4 << 20;
    private const int LargestTokenizerConfigBytes = 32 << 20;

    private ModelFolder(string path, GenAiConfig config, ChatTemplateSources templates)
    {
        Path = path;
        Config = config;
        ChatTemplateSource = templates.Default;
        ToolUseTemplateSource = templates.ToolUse;
        ChatTemplateFile = templates.File;
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>Its genai_config.json.</summary>
    public GenAiConfig Config { get; }

    /// <summary>
    /// The Jinja source that turns messages into a prompt: chat_template.jinja, else tokenizer_config.json's chat_template
    /// (of a named list the one called "default"). Null when the model has none.
    /// </summary>
    public string? ChatTemplateSource { get; }

    /// <summary>The Jinja source to use instead when tools are given: the one called "tool_use" of a named list. Null when there is none.</summary>
    public string? ToolUseTemplateSource { get; }

    /// <summary>The name of the file the chat templates come from, for messages about them.</summary>
    public string ChatTemplateFile { get; }

    /// <summary>Bytes of its graph and its weights on disk, about what they take in memory. Reads no file.</summary>
    public long WeightFileBytes => WeightFiles.Measure(Config.Decoder?.OnnxPath ?? Config.Encoder!.OnnxPath);

    /// <summary>Opens a folder.</summary>
    /// <param name="path">The folder; absolute or relative to the current directory.</param>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.ModelInvalid"/>: a file is missing, too large, not JSON, or says something it may not (every mistake is named);
    /// <see cref="ErrorCode.ModelUnsupported"/>: neither one decoder graph over tokens nor an encoder with pooling.
    /// </exception>
    public static ModelFolder Open(string path)
    {
        string folder = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(folder))
            throw new IngotException(ErrorCode.ModelInvalid, $"The model folder '{path}' does not exist.");
        try
        {
            using JsonDocument document = JsonFile.Read(folder, GenAiConfigReader.FileName, LargestJsonBytes)
                ?? throw new IngotException(ErrorCode.ModelInvalid, $"The model folder '{path}' has no {GenAiConfigReader.FileName}.");
            GenAiConfig config = GenAiConfigReader.Read(document.RootElement, folder);
            return new ModelFolder(folder, config, ChatTemplateSources.Read(folder, LargestTokenizerConfigBytes));
        }
        catch (InvalidOperationException exception)
        {
            // System.Text.Json accepts "\ud800" alone when it parses and refuses it when it is read.
            throw new IngotException(ErrorCode.ModelInvalid, $"The model folder '{path}' has a JSON file with text that is not Unicode.", inner: exception);
        }
    }
}

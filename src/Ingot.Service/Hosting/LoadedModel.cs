using Ingot.Engine;
using Ingot.Engine.ModelFolders;
using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Text.Tokenizers;

namespace Ingot.Service.Hosting;

/// <summary>A model in memory: its folder's configuration, tokenizer, chat templates and engine. The host owns it.</summary>
public sealed class LoadedModel : IDisposable
{
    private readonly ModelTemplate? _template;
    private readonly ModelTemplate? _toolTemplate;

    /// <summary>Puts together what was loaded, and reads the folder's chat templates.</summary>
    /// <param name="entry">The catalog's description.</param>
    /// <param name="folder">The folder it came from.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="engine">Its engine, owned from here on.</param>
    /// <param name="contextLengthLimit">The most tokens of prompt and answer together, if less than the model's own; null for no such limit.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ModelInvalid"/> when a template is none.</exception>
    public LoadedModel(ModelEntry entry, ModelFolder folder, Tokenizer tokenizer, InferenceEngine engine, int? contextLengthLimit = null)
    {
        (Entry, Folder, Tokenizer, Engine) = (entry, folder, tokenizer, engine);
        ContextLength = Math.Min(folder.Config.ContextLength, contextLengthLimit ?? int.MaxValue);
        _template = ModelTemplate.Parse(folder.ChatTemplateSource, folder);
        _toolTemplate = ModelTemplate.Parse(folder.ToolUseTemplateSource, folder);
    }

    /// <summary>The catalog's description.</summary>
    public ModelEntry Entry { get; }

    /// <summary>Where it came from, and its configuration.</summary>
    public ModelFolder Folder { get; }

    /// <summary>Text to tokens and back.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Tokens in, tokens out.</summary>
    public InferenceEngine Engine { get; }

    /// <summary>The most tokens of prompt and answer together.</summary>
    public int ContextLength { get; }

    /// <summary>The template that turns messages into a prompt.</summary>
    /// <param name="withTools">Whether functions are declared; some models have a template of its own for that.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ModelInvalid"/> when the folder has no chat template.</exception>
    public ModelTemplate TemplateFor(bool withTools) => (withTools ? _toolTemplate : null) ?? _template
        ?? throw new IngotException(ErrorCode.ModelInvalid,
            $"Model '{Entry.Id}' cannot chat: {Folder.Path} has no chat_template.jinja and no chat_template in its tokenizer_config.json.", "model");

    /// <summary>Stops the engine and frees the weights.</summary>
    public void Dispose() => Engine.Dispose();
}

using Ingot.Engine;
using Ingot.Engine.Embedding;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Running;
using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Service.Chat.Constraints;
using Ingot.Text.Constraints;
using Ingot.Text.Tokenizers;

namespace Ingot.Service.Hosting;

/// <summary>A model in memory: its folder's configuration, its tokenizer, and what computes: an engine that generates text, or an embedder. The host owns it.</summary>
public sealed class LoadedModel : IDisposable
{
    private readonly InferenceEngine? _engine;
    private readonly Embedder? _embedder;
    private readonly ModelTemplate? _template;
    private readonly ModelTemplate? _toolTemplate;
    private readonly ModelConstraints? _constraints;

    /// <summary>Puts together what was loaded, and reads the folder's chat templates.</summary>
    /// <param name="entry">The catalog's description.</param>
    /// <param name="folder">The folder it came from.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="engine">Its engine, owned from here on.</param>
    /// <param name="contextLengthLimit">The most tokens of prompt and answer together, if less than the model's own; null for no such limit.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ModelInvalid"/> when a template is none.</exception>
    public LoadedModel(ModelEntry entry, ModelFolder folder, Tokenizer tokenizer, InferenceEngine engine, int? contextLengthLimit = null)
    {
        (Entry, Folder, Tokenizer, _engine) = (entry, folder, tokenizer, engine);
        ContextLength = Math.Min(folder.Config.ContextLength, contextLengthLimit ?? int.MaxValue);
        _template = ModelTemplate.Parse(folder.ChatTemplateSource, folder);
        _toolTemplate = ModelTemplate.Parse(folder.ToolUseTemplateSource, folder);
        _constraints = new ModelConstraints(() => ConstraintVocabulary.Create(tokenizer, folder.Config.EndOfSequenceIds, folder.Config.VocabularySize));
    }

    /// <summary>Puts together what was loaded of a model that makes vectors.</summary>
    /// <param name="entry">The catalog's description.</param>
    /// <param name="folder">The folder it came from.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="embedder">What computes, owned from here on.</param>
    /// <param name="contextLengthLimit">The most tokens of a text, if less than the model's own; null for no such limit.</param>
    public LoadedModel(ModelEntry entry, ModelFolder folder, Tokenizer tokenizer, Embedder embedder, int? contextLengthLimit = null)
    {
        (Entry, Folder, Tokenizer, _embedder) = (entry, folder, tokenizer, embedder);
        ContextLength = Math.Min(embedder.ContextLength, contextLengthLimit ?? int.MaxValue);
    }

    /// <summary>The catalog's description.</summary>
    public ModelEntry Entry { get; }

    /// <summary>Where it came from, and its configuration.</summary>
    public ModelFolder Folder { get; }

    /// <summary>Text to tokens and back.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Tokens in, tokens out.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.UnsupportedValue"/> when the model makes vectors instead.</exception>
    public InferenceEngine Engine => _engine ?? throw new IngotException(ErrorCode.UnsupportedValue,
        $"Model '{Entry.Id}' makes embeddings and generates no text; use it with /v1/embeddings.", "model");

    /// <summary>Tokens in, vectors out.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.UnsupportedValue"/> when the model generates text instead.</exception>
    public Embedder Embedder => _embedder ?? throw new IngotException(ErrorCode.UnsupportedValue,
        $"Model '{Entry.Id}' generates text and makes no embeddings; use a model whose task is embeddings.", "model");

    /// <summary>What its answers can be held to.</summary>
    internal ModelConstraints Constraints => _constraints ?? throw new IngotException(ErrorCode.UnsupportedValue, $"Model '{Entry.Id}' generates no text.", "model");

    /// <summary>What its engine has done and is doing; null when it makes vectors.</summary>
    internal EngineStatistics? Statistics => _engine?.Statistics;

    /// <summary>Whether it makes vectors instead of text.</summary>
    public bool IsEmbedder => _embedder is not null;

    /// <summary>What computes it, and why.</summary>
    public RunnerFacts Runner => _engine?.Runner ?? _embedder!.Runner;

    /// <summary>Bytes of memory it holds: weights and key-value cache.</summary>
    public long MemoryBytes => _engine?.MemoryBytes ?? _embedder!.MemoryBytes;

    /// <summary>The most tokens of prompt and answer together, or of a text to make a vector of.</summary>
    public int ContextLength { get; }

    /// <summary>The template that turns messages into a prompt.</summary>
    /// <param name="withTools">Whether functions are declared; some models have a template of its own for that.</param>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.ModelInvalid"/> when the folder has no chat template; <see cref="ErrorCode.UnsupportedValue"/> when the model generates no text.
    /// </exception>
    public ModelTemplate TemplateFor(bool withTools)
    {
        if (IsEmbedder)
            throw new IngotException(ErrorCode.UnsupportedValue, $"Model '{Entry.Id}' makes embeddings and does not chat; use it with /v1/embeddings.", "model");
        return (withTools ? _toolTemplate : null) ?? _template ?? throw new IngotException(ErrorCode.ModelInvalid,
            $"Model '{Entry.Id}' cannot chat: {Folder.Path} has no chat_template.jinja and no chat_template in its tokenizer_config.json.", "model");
    }

    /// <summary>Stops what computes and frees the weights.</summary>
    public void Dispose()
    {
        _engine?.Dispose();
        _embedder?.Dispose();
    }
}

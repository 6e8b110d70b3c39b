using Ingot.Compiler.Configs;
using Ingot.Compiler.Graphs;
using Ingot.Compiler.Output;
using Ingot.Compiler.Weights;

namespace Ingot.Compiler;

/// <summary>What one checkpoint becomes, decided before the first byte is written.</summary>
/// <param name="Architecture">The checkpoint's class, for messages.</param>
/// <param name="Graph">The graph, with the weights it needs.</param>
/// <param name="Weights">Where these come from; not owned.</param>
/// <param name="IsNeedless">Whether a tensor of the checkpoint may go unused.</param>
/// <param name="WriteConfig">Writes the folder's configuration.</param>
/// <param name="VocabularySize">Ids of the model's vocabulary.</param>
/// <param name="CanChat">Whether the model generates text.</param>
internal sealed record CompilePlan(
    string Architecture, GraphDraft Graph, IWeightSource Weights, Func<string, bool> IsNeedless, Action<string> WriteConfig, int VocabularySize, bool CanChat)
{
    // What the embedding is called in a checkpoint of a model without the head above it.
    private const string BareEmbedding = "embed_tokens.weight";

    /// <summary>Refuses a configuration that cannot be compiled, before weights are looked for.</summary>
    public static void Check(JsonFields fields, string source)
    {
        if (EncoderConfigReader.Reads(fields)) EncoderConfigReader.Read(fields);
        else DecoderConfigReader.Read(fields, SentenceSettings.AreIn(source));
    }

    /// <summary>Plans whatever <c>config.json</c> describes.</summary>
    /// <param name="request">Precision and block size.</param>
    /// <param name="fields">The fields of config.json.</param>
    /// <param name="source">The checkpoint's folder; null where weights are random.</param>
    /// <param name="weights">The checkpoint's weights.</param>
    public static CompilePlan Make(CompileRequest request, JsonFields fields, string? source, IWeightSource weights) =>
        EncoderConfigReader.Reads(fields) ? MakeEncoder(request, fields, source, weights) : MakeDecoder(request, fields, source, weights);

    private static CompilePlan MakeEncoder(CompileRequest request, JsonFields fields, string? source, IWeightSource weights)
    {
        var config = EncoderConfigReader.Read(fields);
        var sentences = source is null ? SentenceSettings.Default : SentenceSettings.Read(source);
        var names = new EncoderNames(config.Family, weights.Names);
        var graph = EncoderGraphBuilder.Build(config, names, request.Precision, request.BlockSize);
        return new CompilePlan(config.Architecture, graph, weights, names.IsNeedless,
            folder => EncoderFolderConfig.Write(folder, config, sentences), config.VocabularySize, CanChat: false);
    }

    private static CompilePlan MakeDecoder(CompileRequest request, JsonFields fields, string? source, IWeightSource weights)
    {
        var sentences = source is not null && SentenceSettings.AreIn(source) ? SentenceSettings.Read(source) : null;
        var config = DecoderConfigReader.Read(fields, forVectors: sentences is not null);
        var generationPath = source is null ? null : Path.Combine(source, "generation_config.json");
        var generation = File.Exists(generationPath) ? JsonFields.Read(generationPath) : JsonFields.Empty("generation_config.json");
        int? endFallback = source is null && config.VocabularySize > ByteTokenizerWriter.EndId ? ByteTokenizerWriter.EndId
            : source is null || sentences is not null ? 0 : null;
        var defaults = GenerationDefaults.Read(generation, fields, config.VocabularySize, endFallback);
        var graph = DecoderGraphBuilder.Build(config, request.Precision, request.BlockSize, hasHead: sentences is null);
        var named = sentences is not null && weights.Names.Contains(BareEmbedding) ? new PrefixedWeights(weights, "model.") : weights;
        if (source is not null && config.Experts?.Layout == ExpertsLayout.Microscaled) named = new MicroscaledWeights(named);
        return new CompilePlan(config.Architecture, graph, named, name => IsSpare(name, config, sentences is null),
            folder => GenAiConfigWriter.Write(folder, config, defaults, sentences), config.VocabularySize, CanChat: sentences is null);
    }

    // Buffers that old checkpoints carry and every reader computes, and the head of a model that says it has none, or needs none.
    private static bool IsSpare(string name, DecoderConfig config, bool hasHead) =>
        name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal) || ((config.TiedEmbeddings || !hasHead) && name == "lm_head.weight");
}

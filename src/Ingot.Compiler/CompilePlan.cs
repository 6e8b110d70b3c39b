using Ingot.Compiler.Configs;
using Ingot.Compiler.Graphs;
using Ingot.Compiler.Output;
using Ingot.Compiler.Weights;

namespace Ingot.Compiler;

/// <summary>What one checkpoint becomes, decided before the first byte is written.</summary>
/// <param name="Architecture">The checkpoint's class, for messages.</param>
/// <param name="Graph">The graph, with the weights it needs.</param>
/// <param name="IsNeedless">Whether a tensor of the checkpoint may go unused.</param>
/// <param name="WriteConfig">Writes the folder's configuration.</param>
/// <param name="VocabularySize">Ids of the model's vocabulary.</param>
/// <param name="CanChat">Whether the model generates text.</param>
internal sealed record CompilePlan(
    string Architecture, GraphDraft Graph, Func<string, bool> IsNeedless, Action<string> WriteConfig, int VocabularySize, bool CanChat)
{
    /// <summary>Refuses a configuration that cannot be compiled, before weights are looked for.</summary>
    public static void Check(JsonFields fields)
    {
        if (EncoderConfigReader.Reads(fields)) EncoderConfigReader.Read(fields);
        else DecoderConfigReader.Read(fields);
    }

    /// <summary>Plans whatever <c>config.json</c> describes.</summary>
    /// <param name="request">Precision and block size.</param>
    /// <param name="fields">The fields of config.json.</param>
    /// <param name="source">The checkpoint's folder; null where weights are random.</param>
    /// <param name="weights">The checkpoint's weights.</param>
    public static CompilePlan Make(CompileRequest request, JsonFields fields, string? source, IWeightSource weights) =>
        EncoderConfigReader.Reads(fields) ? MakeEncoder(request, fields, source, weights) : MakeDecoder(request, fields, source);

    private static CompilePlan MakeEncoder(CompileRequest request, JsonFields fields, string? source, IWeightSource weights)
    {
        var config = EncoderConfigReader.Read(fields);
        var sentences = source is null ? SentenceSettings.Default : SentenceSettings.Read(source);
        var names = new EncoderNames(config.Family, weights.Names);
        var graph = EncoderGraphBuilder.Build(config, names, request.Precision, request.BlockSize);
        return new CompilePlan(config.Architecture, graph, names.IsNeedless,
            folder => EncoderFolderConfig.Write(folder, config, sentences), config.VocabularySize, CanChat: false);
    }

    private static CompilePlan MakeDecoder(CompileRequest request, JsonFields fields, string? source)
    {
        var config = DecoderConfigReader.Read(fields);
        var generationPath = source is null ? null : Path.Combine(source, "generation_config.json");
        var generation = File.Exists(generationPath) ? JsonFields.Read(generationPath) : JsonFields.Empty("generation_config.json");
        int? endFallback = source is not null ? null : config.VocabularySize > ByteTokenizerWriter.EndId ? ByteTokenizerWriter.EndId : 0;
        var defaults = GenerationDefaults.Read(generation, fields, config.VocabularySize, endFallback);
        var graph = DecoderGraphBuilder.Build(config, request.Precision, request.BlockSize);
        return new CompilePlan(config.Architecture, graph, name => IsSpare(name, config),
            folder => GenAiConfigWriter.Write(folder, config, defaults), config.VocabularySize, CanChat: true);
    }

    // Buffers that old checkpoints carry and every reader computes, and the head of a model that says it has none.
    private static bool IsSpare(string name, DecoderConfig config) =>
        name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal) || (config.TiedEmbeddings && name == "lm_head.weight");
}

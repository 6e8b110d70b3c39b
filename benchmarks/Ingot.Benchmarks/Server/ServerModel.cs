using System.Text.Json.Nodes;
using Ingot.Benchmarks.Tokenizers;
using Ingot.Compiler;
using Ingot.Models.Catalog;
using Ingot.Service;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Benchmarks.Server;

/// <summary>
/// A model to serve: Qwen2.5-0.5B's shape with random weights, but the shipped model's tokenizer and vocabulary, so that
/// nearly every token is text, as a real model's are. A model that decodes as fast as the shipped one would measure HTTP alone.
/// </summary>
internal static class ServerModel
{
    /// <summary>Its name.</summary>
    public const string Name = "ingot-benchmark-server";

    /// <summary>The token that would end an answer early; forbidden by its bias.</summary>
    public const int EndId = 4089;

    /// <summary>How many tokens there are.</summary>
    public const int Vocabulary = 4096;

    private static readonly string[] TokenizerFiles = ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"];

    /// <summary>Services with this model and the shipped one. Nothing is guessed: the same prompt again would be told from memory.</summary>
    /// <param name="threads">How many threads compute; 0 for as many as there are cores.</param>
    public static async Task<IngotServices> OpenAsync(int threads)
    {
        string folder = Path.Combine(Path.GetTempPath(), Name);
        if (!File.Exists(Path.Combine(folder, "chat_template.jinja")))
            Make(folder);
        IngotServices services = IngotServices.Create(new IngotOptions { ThreadCount = threads, MaxDraftTokens = 0 }, NullLoggerFactory.Instance);
        ModelEntry entry = await services.Catalog.FindOrOpenAsync(folder);
        await services.Models.LoadAsync(entry);
        return services;
    }

    private static void Make(string folder)
    {
        Console.Error.WriteLine($"Making a model with random weights in {folder} (once)…");
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "EndToEnd", "qwen2.5-0.5b.json")))!;
        config["vocab_size"] = Vocabulary;
        config["bos_token_id"] = EndId;
        config["eos_token_id"] = EndId;
        string configFile = Path.Combine(Path.GetTempPath(), $"{Name}.json");
        File.WriteAllText(configFile, config.ToJsonString());
        ModelCompiler.Compile(
            new CompileRequest { RandomWeightsConfig = configFile, OutputFolder = folder, Precision = Precision.Int4 }, progress: null, CancellationToken.None);
        foreach (string name in TokenizerFiles)
            File.Copy(Path.Combine(BenchmarkTokenizer.ShippedFolder(), name), Path.Combine(folder, name), overwrite: true);
        File.Delete(configFile);
    }
}

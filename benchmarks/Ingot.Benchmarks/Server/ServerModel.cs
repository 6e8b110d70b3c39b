using System.Text.Json.Nodes;
using Ingot.Benchmarks.Comparison;
using Ingot.Benchmarks.EndToEnd;
using Ingot.Benchmarks.Measuring;
using Ingot.Benchmarks.Tokenizers;
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
    /// <param name="shape">Another shape with the same vocabulary.</param>
    /// <param name="cacheMegabytes">Memory of keys and values; null for as much as the service takes by itself.</param>
    public static async Task<IngotServices> OpenAsync(int threads, string shape = BenchmarkModel.DefaultShape, int? cacheMegabytes = null)
    {
        string folder = Folder(shape);
        if (!File.Exists(Path.Combine(folder, "chat_template.jinja")))
            Make(shape, folder);
        var options = new IngotOptions { ThreadCount = threads, MaxDraftTokens = 0, KvCacheMegabytes = cacheMegabytes };
        IngotServices services = IngotServices.Create(options, NullLoggerFactory.Instance);
        ModelEntry entry = await services.Catalog.FindOrOpenAsync(folder);
        await services.Models.LoadAsync(entry);
        return services;
    }

    /// <summary>A shape with the vocabulary that is served.</summary>
    public static ModelShape Shape(string shape) =>
        ModelShape.Read(shape) with { Name = Suffixed("server", shape), Vocabulary = Vocabulary, EndId = EndId };

    // A model is called as its folder is.
    private static string Folder(string shape) => shape == BenchmarkModel.DefaultShape
        ? Path.Combine(Path.GetTempPath(), Name)
        : Path.Combine(Path.GetTempPath(), Suffixed(Name, shape), Name);

    private static string Suffixed(string name, string shape) => shape == BenchmarkModel.DefaultShape ? name : $"{name}-{shape}";

    private static void Make(string shape, string folder)
    {
        JsonNode config = JsonNode.Parse(File.ReadAllText(BenchmarkModel.ShapeFile(shape)))!;
        config["vocab_size"] = Vocabulary;
        config["bos_token_id"] = EndId;
        config["eos_token_id"] = EndId;
        string configFile = Path.Combine(Path.GetTempPath(), $"{Suffixed(Name, shape)}.json");
        File.WriteAllText(configFile, config.ToJsonString());
        RandomModel.Compile(configFile, folder, Shape(shape).StepBytes);
        foreach (string name in TokenizerFiles)
            File.Copy(Path.Combine(BenchmarkTokenizer.ShippedFolder(), name), Path.Combine(folder, name), overwrite: true);
        File.Delete(configFile);
    }
}

using Ingot.Compiler;

namespace Ingot.Benchmarks.EndToEnd;

/// <summary>The model that whole-model measurements run on where no other is named: Qwen2.5-0.5B's shape, random 4-bit weights.</summary>
internal static class BenchmarkModel
{
    /// <summary>Its folder, made the first time.</summary>
    public static string Folder()
    {
        string folder = Path.Combine(Path.GetTempPath(), "ingot-benchmark-qwen2.5-0.5b-int4-half-scales");
        if (!Directory.Exists(folder))
        {
            Console.Error.WriteLine($"Making a model with random weights in {folder} (once)…");
            ModelCompiler.Compile(
                new CompileRequest
                {
                    RandomWeightsConfig = Path.Combine(AppContext.BaseDirectory, "EndToEnd", "qwen2.5-0.5b.json"),
                    OutputFolder = folder,
                    Precision = Precision.Int4,
                },
                progress: null,
                CancellationToken.None);
        }

        return folder;
    }
}

namespace Ingot.Benchmarks.Tokenizers;

/// <summary>Which tokenizer is measured when none is named.</summary>
internal static class BenchmarkTokenizer
{
    /// <summary>The shipped model's folder, in the repository this program was built from.</summary>
    public static string ShippedFolder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ingot.slnx")))
                return Path.Combine(folder.FullName, "models", "ingot-tiny-chat");
        }

        throw new InvalidOperationException("Name a model folder: this program does not lie in its repository.");
    }
}

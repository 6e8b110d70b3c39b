using Ingot.Testing;

namespace Ingot.Models.Tests;

/// <summary>Model folders with the least a catalog reads.</summary>
internal static class ModelFolders
{
    private const string Config = """{"model":{"type":"qwen2","context_length":2048}}""";

    /// <summary>Adds a folder that counts as a model.</summary>
    /// <returns>Its path.</returns>
    public static string AddModel(this TemporaryFolder folder, string relative, string? declaredName = null, string config = Config)
    {
        folder.Write(Path.Combine(relative, "genai_config.json"), config);
        if (declaredName is not null)
            folder.Write(Path.Combine(relative, "inference_model.json"), $$"""{"Name":"{{declaredName}}","PromptTemplate":null}""");
        return folder[relative];
    }
}

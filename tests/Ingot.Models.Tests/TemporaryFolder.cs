namespace Ingot.Models.Tests;

/// <summary>A folder of one test's own, gone with the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ingot-models-").FullName;

    public string Write(string relative, string text)
    {
        var file = System.IO.Path.Combine(Path, relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    public string AddModel(string relative, string? declaredName = null, string config = """{"model":{"type":"qwen2","context_length":2048}}""")
    {
        Write(System.IO.Path.Combine(relative, "genai_config.json"), config);
        if (declaredName is not null)
            Write(System.IO.Path.Combine(relative, "inference_model.json"), $$"""{"Name":"{{declaredName}}","PromptTemplate":null}""");
        return System.IO.Path.Combine(Path, relative);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

using System.Text.Json;
using Ingot.Testing;

namespace Ingot.Sdk.Tests;

/// <summary>Foundry Local's documented program, unchanged, against this library.</summary>
public sealed class NativeChatSampleTests
{
    [Fact]
    public async Task The_documented_program_streams_an_answer_and_runs_to_its_end()
    {
        using var folder = new TemporaryFolder();
        string catalog = folder.Write("catalog.json", JsonSerializer.Serialize(new
        {
            models = new[]
            {
                new { name = "qwen2.5-0.5b-instruct-generic-cpu", version = 4, alias = "qwen2.5-0.5b", path = ShippedModel.Folder },
            },
        }));

        ProgramRun run = await ProgramRun.DotnetAsync(SampleProgram(), [], environment: new Dictionary<string, string>
        {
            ["INGOT_CATALOGS"] = catalog,
            ["HOME"] = folder.Path,
            ["USERPROFILE"] = folder.Path,
        });

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("- Alias: qwen2.5-0.5b (Id: qwen2.5-0.5b-instruct-generic-cpu:4)", run.Output, StringComparison.Ordinal);
        Assert.Contains("Is model cached: True", run.Output, StringComparison.Ordinal);
        Assert.Contains("Downloading model: 100.00%", run.Output, StringComparison.Ordinal);
        Assert.Contains(ShippedModel.AnswerWord, run.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_program_is_the_documented_one_to_the_letter()
    {
        string program = File.ReadAllText(RepositoryFiles.PathOf("samples", "NativeChat", "Program.cs")).ReplaceLineEndings("\n");

        byte[] hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(program.TrimEnd()));

        Assert.Equal("5fa919ddddcc1866091054950a1ecdba2deb7841a168daa3201fa14fec2b1755", Convert.ToHexStringLower(hash));
    }

    private static string SampleProgram()
    {
        // Beside this test program in the artifacts folder, built in the same configuration.
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        string path = RepositoryFiles.PathOf("artifacts", "bin", "NativeChat", configuration, "NativeChat.dll");
        Assert.True(File.Exists(path), $"{path} was not built with these tests.");
        return path;
    }
}

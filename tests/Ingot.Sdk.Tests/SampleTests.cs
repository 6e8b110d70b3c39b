using Ingot.Testing;

namespace Ingot.Sdk.Tests;

/// <summary>Every sample runs to its end and says what it is to say.</summary>
public sealed class SampleTests
{
    [Theory]
    [InlineData("ToolCalling", "multiply_numbers({")]
    [InlineData("JsonAnswer", "The sky is C")]
    [InlineData("EmbeddingSearch", "How do I cook rice?")]
    [InlineData("SeveralUsers", "Dan: Goodbye.")]
    [InlineData("WebService", "Listening on http://127.0.0.1:")]
    [InlineData("DependencyInjection", "Health: Healthy")]
    public async Task A_sample_runs(string sample, string says)
    {
        ProgramRun run = await RunAsync(sample);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains(says, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sentence_that_says_the_same_comes_first()
    {
        ProgramRun run = await RunAsync("EmbeddingSearch");

        Assert.EndsWith("How do I cook rice?", run.Output.Split('\n')[0].TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_ones_own_is_chatted_with()
    {
        ProgramRun run = await RunAsync("OwnModelFolder", ShippedModel.Folder);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains(ShippedModel.AnswerWord, run.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_model_of_Hugging_Face_is_downloaded_and_chatted_with()
    {
        await using ModelSite site = await ModelSite.StartAsync(ShippedModel.Folder);
        site.Release();

        ProgramRun run = await RunAsync("HuggingFaceModel", ["hf:someone/tiny-chat"], site.Address);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains(": 100.0 %", run.Output, StringComparison.Ordinal);
        Assert.Contains(ShippedModel.AnswerWord, run.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Every_sample_is_run_by_a_test_and_has_a_line_in_the_list()
    {
        string list = File.ReadAllText(RepositoryFiles.PathOf("samples", "README.md"));
        string tests = File.ReadAllText(RepositoryFiles.PathOf("tests", "Ingot.Sdk.Tests", "SampleTests.cs")) + "\"NativeChat\"";

        foreach (string sample in Directory.GetDirectories(RepositoryFiles.PathOf("samples")).Select(Path.GetFileName)!)
        {
            Assert.Contains($"| `{sample}` |", list, StringComparison.Ordinal);
            Assert.Contains($"\"{sample}\"", tests, StringComparison.Ordinal);
        }
    }

    private static Task<ProgramRun> RunAsync(string sample, params string[] arguments) => RunAsync(sample, arguments, "");

    private static async Task<ProgramRun> RunAsync(string sample, string[] arguments, string hub)
    {
        using var home = new TemporaryFolder();
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        string program = RepositoryFiles.PathOf("artifacts", "bin", sample, configuration, $"{sample}.dll");
        Assert.True(File.Exists(program), $"{program} was not built with these tests.");
        return await ProgramRun.DotnetAsync(program, arguments, environment: new Dictionary<string, string>
        {
            ["HOME"] = home.Path,
            ["USERPROFILE"] = home.Path,
            ["INGOT_HUB_ENDPOINT"] = hub,
        });
    }
}

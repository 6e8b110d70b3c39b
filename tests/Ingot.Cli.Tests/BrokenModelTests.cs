using Ingot.Testing;

namespace Ingot.Cli.Tests;

/// <summary>A model folder that is damaged or malicious costs one sentence that names the file, never a crash or a hang.</summary>
public sealed class BrokenModelTests : IDisposable
{
    private readonly Foundry _foundry = new();
    private readonly TemporaryFolder _model = new();

    public BrokenModelTests()
    {
        foreach (string file in Directory.EnumerateFiles(ShippedModel.Folder))
            File.Copy(file, _model[Path.GetFileName(file)]);
    }

    public void Dispose()
    {
        _foundry.Dispose();
        _model.Dispose();
    }

    [Fact]
    public async Task A_sound_copy_answers() => Assert.Equal(0, (await AskAsync()).ExitCode);

    [Theory]
    [InlineData("genai_config.json")]
    [InlineData("model.onnx")]
    [InlineData("model.onnx.data")]
    [InlineData("tokenizer.json")]
    public async Task A_missing_file_is_named(string file)
    {
        File.Delete(_model[file]);

        AssertRefused(await AskAsync(), file);
    }

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("model.onnx.data")]
    [InlineData("tokenizer.json")]
    [InlineData("genai_config.json")]
    public async Task A_truncated_file_is_named(string file)
    {
        using (FileStream stream = File.OpenWrite(_model[file]))
            stream.SetLength(stream.Length / 2);

        AssertRefused(await AskAsync(), file);
    }

    [Fact]
    public async Task A_template_that_loops_for_ever_is_stopped()
    {
        File.WriteAllText(_model["chat_template.jinja"], "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}");

        AssertRefused(await AskAsync(), "chat_template.jinja");
    }

    [Fact]
    public async Task A_folder_without_a_template_cannot_chat_and_says_so()
    {
        File.Delete(_model["chat_template.jinja"]);
        _model.Write("tokenizer_config.json", "{}");

        AssertRefused(await AskAsync(), "chat_template.jinja");
    }

    [Fact]
    public async Task Weights_behind_a_link_out_of_the_folder_are_not_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making symbolic links needs special rights on Windows.");
        using var outside = new TemporaryFolder();
        File.Move(_model["model.onnx.data"], outside["weights"]);
        File.CreateSymbolicLink(_model["model.onnx.data"], outside["weights"]);

        AssertRefused(await AskAsync(), "model.onnx.data");
    }

    [Fact]
    public async Task Compiling_a_folder_without_weights_leaves_nothing_behind()
    {
        ProgramRun run = await _foundry.RunAsync("model", "compile", _model.Path, "-o", Path.Combine(_foundry.Home, "out"));

        AssertRefused(run, "safetensors");
        Assert.Empty(Directory.EnumerateFileSystemEntries(_foundry.Home));
    }

    private Task<ProgramRun> AskAsync() => _foundry.RunAsync("model", "run", _model.Path, "Hello!");

    private static void AssertRefused(ProgramRun run, string named)
    {
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("", run.Output);
        string sentence = Assert.Single(run.Error.TrimEnd('\r', '\n').Split('\n'), line => line.StartsWith("foundry: ", StringComparison.Ordinal));
        Assert.Contains(named, sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }
}

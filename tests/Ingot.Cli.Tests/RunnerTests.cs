using System.Text.Json;
using Ingot.OnnxRuntime;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;

namespace Ingot.Cli.Tests;

/// <summary>Models that Ingot's own executor does not run, from the command line: with ONNX Runtime, and without.</summary>
public sealed class RunnerTests : IDisposable
{
    private readonly Foundry _foundry = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_decoder_that_our_own_executor_refuses_answers_through_the_library_and_the_choice_is_told()
    {
        UseLibrary();
        WriteDecoder();

        ProgramRun answer = await _foundry.RunAsync("model", "run", _folder.Path, "Why is the sky blue?", "--max-tokens", "5", "-t", "0");
        ProgramRun info = await _foundry.RunAsync("model", "info", _folder.Path);

        Assert.Equal(0, answer.ExitCode);
        Assert.NotEmpty(answer.Output.Trim());
        Assert.Equal(0, info.ExitCode);
        Assert.Contains("onnxruntime on cpu: Ingot's own executor does not run it: Concat node", info.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_library_it_is_refused_with_what_to_do_and_other_models_run_as_ever()
    {
        _foundry.Variables[OnnxRuntimeSearch.Variable] = Path.Combine(_folder.Path, "nowhere");
        WriteDecoder();

        ProgramRun refused = await _foundry.RunAsync("model", "run", _folder.Path, "Hello");
        ProgramRun shipped = await _foundry.RunAsync("model", "run", ShippedModel.Name, "Hello", "--max-tokens", "3");
        JsonElement info = JsonDocument.Parse((await _foundry.RunAsync("model", "info", _folder.Path, "-o", "json")).Output).RootElement.GetProperty("runner");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("Concat node", refused.Error, StringComparison.Ordinal);
        Assert.Contains(OnnxRuntimeSearch.Variable, refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, shipped.ExitCode);
        Assert.NotEmpty(shipped.Output.Trim());
        Assert.Equal("", info.GetProperty("runner").GetString());
        Assert.Contains("no ONNX Runtime library", info.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variant_made_for_what_is_not_here_says_so_runs_on_the_processor_if_that_can_and_is_not_what_the_alias_means()
    {
        _foundry.Variables[OnnxRuntimeSearch.Variable] = Path.Combine(_folder.Path, "nowhere");
        foreach (string file in Directory.GetFiles(ShippedModel.Folder))
            File.Copy(file, Path.Combine(_folder.Path, Path.GetFileName(file)));
        File.Delete(Path.Combine(_folder.Path, "inference_model.json"));
        string config = Path.Combine(_folder.Path, "genai_config.json");
        Assert.Equal(0, (await _foundry.RunAsync("cache", "import", _folder.Path, "--name", "tiny-generic-cpu:1")).ExitCode);
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"provider_options\": []", "\"provider_options\": [ { \"cuda\": {} } ]", StringComparison.Ordinal));
        Assert.Equal(0, (await _foundry.RunAsync("cache", "import", _folder.Path, "--name", "tiny-cuda-gpu:2")).ExitCode);

        ProgramRun info = await _foundry.RunAsync("model", "info", "tiny-cuda-gpu");
        ProgramRun answer = await _foundry.RunAsync("model", "run", "tiny-cuda-gpu:2", "Hello", "--max-tokens", "3");
        ProgramRun alias = await _foundry.RunAsync("model", "info", "tiny", "-o", "json");

        Assert.Contains("GPU (CUDAExecutionProvider): It was made for 'cuda', ", info.Output, StringComparison.Ordinal);
        Assert.Contains("ingot on cpu: It was made for 'cuda', ", info.Output, StringComparison.Ordinal);
        Assert.Contains("The processor computes instead. Ingot's own executor covers the graph.", info.Output, StringComparison.Ordinal);
        Assert.Equal(0, answer.ExitCode);
        Assert.Equal("tiny-generic-cpu:1", JsonDocument.Parse(alias.Output).RootElement.GetProperty("id").GetString());
    }

    [Fact]
    public async Task The_shipped_model_answers_through_either_in_the_same_words()
    {
        UseLibrary();

        ProgramRun own = await _foundry.RunAsync("model", "run", ShippedModel.Name, ShippedModel.Question, "-t", "0");
        _foundry.Variables["INGOT_RUNNER"] = "onnxruntime";
        ProgramRun session = await _foundry.RunAsync("model", "run", ShippedModel.Name, ShippedModel.Question, "-t", "0");

        Assert.Equal((0, ""), (session.ExitCode, session.Error));
        Assert.Equal(own.Output, session.Output);
        Assert.Contains(ShippedModel.AnswerWord, session.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_here_is_listed_and_so_is_what_is_not_and_why()
    {
        _foundry.Variables[OnnxRuntimeSearch.Variable] = Path.Combine(_folder.Path, "nowhere");

        ProgramRun list = await _foundry.RunAsync("ep", "list");

        Assert.Equal(0, list.ExitCode);
        Assert.Contains("CPUExecutionProvider", list.Output, StringComparison.Ordinal);
        Assert.Contains(OnnxRuntimeSearch.Variable, list.Output, StringComparison.Ordinal);
        UseLibrary();
        JsonElement found = JsonDocument.Parse((await _foundry.RunAsync("ep", "list", "-o", "json")).Output).RootElement;
        Assert.StartsWith("1.", found.GetProperty("version").GetString(), StringComparison.Ordinal);
        Assert.True(File.Exists(found.GetProperty("library").GetString()));
        string webGpu = (await _foundry.RunAsync("ep", "list")).Output.Split('\n').Single(line => line.StartsWith("webgpu ", StringComparison.Ordinal)).TrimEnd();
        bool canTell = OperatingSystem.IsLinux() && !Directory.Exists("/dev/dri") && !File.Exists("/dev/nvidiactl") && !File.Exists("/dev/nvmap") && !File.Exists("/dev/dxg");
        if (canTell)
            Assert.Contains(" no", webGpu, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_fetched_while_the_network_is_switched_off()
    {
        ProgramRun run = await _foundry.RunAsync("ep", "install", "--offline");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("switched off", run.Error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _foundry.Dispose();
        _folder.Dispose();
    }

    private void UseLibrary()
    {
        Assert.SkipWhen(NativeRuntime.Library is null, NativeRuntime.Search.Reason);
        _foundry.Variables[OnnxRuntimeSearch.Variable] = NativeRuntime.Library!.Path;
    }

    private void WriteDecoder()
    {
        new TestPlainDecoder { Vocabulary = 4096, Positions = 128, EndOfSequence = "[4091, 4089]" }.Write(_folder.Path);
        foreach (string name in new[] { "tokenizer.json", "tokenizer_config.json", "chat_template.jinja" })
            File.Copy(Path.Combine(ShippedModel.Folder, name), Path.Combine(_folder.Path, name));
    }
}

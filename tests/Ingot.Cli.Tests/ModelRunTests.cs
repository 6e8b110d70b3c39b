using Ingot.Testing;

namespace Ingot.Cli.Tests;

/// <summary><c>foundry model run</c>, with no network, no configuration and an empty home folder.</summary>
public sealed class ModelRunTests : IDisposable
{
    private readonly Foundry _foundry = new();

    public void Dispose() => _foundry.Dispose();

    [Fact]
    public async Task A_question_is_answered_on_standard_output_and_nothing_else_is()
    {
        ProgramRun run = await _foundry.RunAsync("model", "run", ShippedModel.Name, ShippedModel.Question, "--temperature", "0");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains(ShippedModel.AnswerWord, run.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Single(run.Output.TrimEnd('\r', '\n').Split('\n'));
        Assert.Equal("", run.Error);
    }

    [Fact]
    public async Task A_piped_question_goes_to_the_shipped_model_which_introduces_itself_beside_the_answer()
    {
        ProgramRun run = await _foundry.RunWithInputAsync(ShippedModel.Question + "\n", "model", "run", "--temperature", "0");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains(ShippedModel.AnswerWord, run.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(ShippedModel.Name, run.Output, StringComparison.Ordinal);
        Assert.Contains(ShippedModel.Name, Assert.Single(run.Error.TrimEnd('\r', '\n').Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model", "run", "no-such-model", "Hi")]
    [InlineData("model", "run", "./no/such/folder", "Hi")]
    [InlineData("model", "info", "no-such-model")]
    [InlineData("model", "run", "--no-such-option")]
    [InlineData("service", "start", "--port", "70000")]
    public async Task What_cannot_be_done_is_said_in_one_line_with_a_failing_exit_code(params string[] arguments)
    {
        ProgramRun run = await _foundry.RunAsync(arguments);

        Assert.NotEqual(0, run.ExitCode);
        Assert.NotEqual("", run.Error.Trim());
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_question_is_refused() =>
        Assert.Contains("empty", (await _foundry.RunWithInputAsync("  \n", "model", "run")).Error, StringComparison.Ordinal);

    [Fact]
    public async Task The_shipped_model_is_in_the_list()
    {
        ProgramRun run = await _foundry.RunAsync("model", "list");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains($"{ShippedModel.Name}:1", run.Output, StringComparison.Ordinal);
    }
}

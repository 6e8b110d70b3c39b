using System.CommandLine;
using Ingot.Cli.Commands;
using Ingot.Testing;

namespace Ingot.Cli.Tests.Commands;

/// <summary>Help, examples, mistyped command lines and completion, over the whole tree of commands.</summary>
public sealed class HelpTests : IDisposable
{
    private readonly InProcess _foundry = new();

    public void Dispose() => _foundry.Dispose();

    public static TheoryData<string> CommandPaths => [.. AllCommands().Select(command => command.Path)];

    [Theory]
    [MemberData(nameof(CommandPaths))]
    public async Task Help_shows_examples_which_all_parse(string path)
    {
        FoundryCommand command = Assert.IsType<FoundryCommand>(AllCommands().Single(entry => entry.Path == path).Command);
        string help = await _foundry.OutputOfAsync([.. path.Split(' '), "--help"]);

        Assert.NotEmpty(command.Examples);
        foreach (string example in command.Examples)
        {
            Assert.Contains(example, help, StringComparison.Ordinal);
            string line = example.Replace("source <(", "", StringComparison.Ordinal).Split(" #")[0].Split(" | ")[0].Split(" > ")[0].Trim().TrimEnd(')');
            Assert.StartsWith($"foundry {path}", line, StringComparison.Ordinal);
            ParseResult parsed = CommandLine.CreateRoot(NoContext()).Parse(line["foundry ".Length..]);
            Assert.True(parsed.Errors.Count == 0, $"{line}: {string.Join("; ", parsed.Errors.Select(error => error.Message))}");
        }
    }

    [Fact]
    public async Task The_programs_own_help_shows_examples_and_exit_codes()
    {
        string help = await _foundry.OutputOfAsync("--help");

        Assert.Contains("Examples:", help, StringComparison.Ordinal);
        Assert.Contains("130  ended by Ctrl-C", help, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(CommandPaths))]
    public void The_documentation_names_every_command(string path) => Assert.Contains(
        $"foundry {path}", File.ReadAllText(RepositoryFiles.PathOf("docs", "commands.md")), StringComparison.Ordinal);

    [Theory]
    [InlineData("modle", "did you mean model", "foundry --help")]
    [InlineData("model lst", "did you mean list", "foundry model --help")]
    [InlineData("model list --cachd", "did you mean --cached", "foundry model list --help")]
    [InlineData("model info", "Required argument 'model' missing", "foundry model info --help")]
    [InlineData("service start --port 70000", "between 0 and 65535", "foundry service start --help")]
    [InlineData("model load x --ttl 5 --keep", "not both", "foundry model load --help")]
    [InlineData("server ps -o yaml", "yaml", "foundry service ps --help")]
    [InlineData("completion tcsh", "tcsh", "foundry completion --help")]
    public async Task A_mistyped_command_line_costs_one_sentence(string line, string reason, string hint)
    {
        string refusal = await _foundry.RefusalOfAsync(2, line.Split(' '));

        Assert.StartsWith("foundry: ", refusal, StringComparison.Ordinal);
        Assert.Contains(reason, refusal, StringComparison.Ordinal);
        Assert.Contains(hint, refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("model")]
    [InlineData("cache")]
    public async Task A_group_of_commands_shows_its_help(string group) =>
        Assert.Contains("Commands:", await _foundry.OutputOfAsync(group.Split(' ', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);

    [Theory]
    [InlineData("bash", "complete -o default")]
    [InlineData("zsh", "compdef")]
    [InlineData("fish", "complete --command foundry")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Each_shell_gets_its_script(string shell, string text) =>
        Assert.Contains(text, await _foundry.OutputOfAsync("completion", shell), StringComparison.Ordinal);

    [Theory]
    [InlineData("foundry mod", "model")]
    [InlineData("foundry model in", "info")]
    [InlineData("foundry model info ingot-tiny-c", ShippedModel.Name)]
    [InlineData("foundry model list --fil", "--filter")]
    [InlineData("foundry service ps -o j", "json")]
    [InlineData("foundry service set threadC", "threadCount=")]
    [InlineData("foundry completion ", "fish")]
    public async Task Words_are_completed(string line, string word) => Assert.Contains(
        word, (await _foundry.OutputOfAsync($"[suggest:{line.Length}]", line)).Split(Environment.NewLine), StringComparer.Ordinal);

    private static CommandContext NoContext() => new(TextWriter.Null, TextWriter.Null, isTerminal: false, new Dictionary<string, string>());

    private static IEnumerable<(string Path, Command Command)> AllCommands() => Below("", CommandLine.CreateRoot(NoContext()));

    private static IEnumerable<(string Path, Command Command)> Below(string path, Command command) => command.Subcommands.SelectMany(inner =>
    {
        string name = $"{path} {inner.Name}".Trim();
        return ((string, Command)[])[(name, inner), .. Below(name, inner)];
    });
}

using System.Text.RegularExpressions;
using Ingot.Testing;

namespace Ingot.Architecture.Tests.Deploy;

/// <summary>The image is made of what is in the repository, and runs as nobody in particular.</summary>
public sealed partial class DockerfileTests
{
    /// <summary>The instructions, comments left out and lines that go on joined.</summary>
    private static (string Name, string Words)[] Instructions =>
    [
        .. Continuation().Replace(File.ReadAllText(RepositoryFiles.PathOf("deploy/Dockerfile")), " ")
            .Split('\n')
            .Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Select(line => (line[..line.IndexOf(' ', StringComparison.Ordinal)], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..].Trim())),
    ];

    [Fact]
    public void Every_instruction_is_one_that_there_is()
    {
        string[] known = ["ARG", "FROM", "WORKDIR", "ENV", "COPY", "RUN", "VOLUME", "USER", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"];

        Assert.All(Instructions, instruction => Assert.Contains(instruction.Name, known));
    }

    [Fact]
    public void Only_the_base_images_come_from_a_registry_and_they_can_be_replaced()
    {
        string[] images = [.. Instructions.Where(instruction => instruction.Name == "ARG").Select(instruction => instruction.Words.Split('=')[0])];
        string[] bases = [.. Instructions.Where(instruction => instruction.Name == "FROM").Select(instruction => instruction.Words.Split(' ')[0])];

        Assert.Equal(images.Select(image => $"${{{image}}}"), bases);
        Assert.DoesNotContain(Instructions, instruction => instruction.Name == "RUN" && Address().IsMatch(instruction.Words));
    }

    [Fact]
    public void What_is_copied_is_there_and_let_through()
    {
        string[] let = [.. File.ReadAllLines(RepositoryFiles.PathOf("deploy/Dockerfile.dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..])];
        string[] copied =
        [
            .. Instructions.Where(instruction => instruction.Name == "COPY" && !instruction.Words.StartsWith("--from", StringComparison.Ordinal))
                .SelectMany(instruction => instruction.Words.Split(' ')[..^1]).Select(path => path.TrimEnd('/')),
        ];

        Assert.All(copied, path => Assert.True(Path.Exists(RepositoryFiles.PathOf(path)), path));
        Assert.Equal(let.Order(StringComparer.Ordinal), copied.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void It_runs_as_a_user_without_rights_and_can_be_asked_how_it_is()
    {
        string[] last = [.. Instructions.Reverse().TakeWhile(instruction => instruction.Name != "FROM").Select(instruction => $"{instruction.Name} {instruction.Words}")];

        Assert.Matches("^USER [1-9][0-9]*:[1-9][0-9]*$", Assert.Single(last, line => line.StartsWith("USER", StringComparison.Ordinal)));
        Assert.Contains("\"service\", \"status\"", Assert.Single(last, line => line.StartsWith("HEALTHCHECK", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("CMD [\"service\", \"start\", \"--foreground\"]", last);
        Assert.Contains(last, line => line.StartsWith("ENTRYPOINT [\"dotnet\"", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\\\n")]
    private static partial Regex Continuation();

    [GeneratedRegex(@"[a-z]+://")]
    private static partial Regex Address();
}

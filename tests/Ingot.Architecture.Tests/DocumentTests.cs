using System.Text.RegularExpressions;
using Ingot.Testing;

namespace Ingot.Architecture.Tests;

/// <summary>Documents that name files name files that exist.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents => ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_path_a_document_names_exists(string document)
    {
        string text = File.ReadAllText(RepositoryFiles.PathOf(document));
        string[] missing = [.. PathInText().Matches(text).Select(match => match.Groups["path"].Value)
            .Where(path => !Path.Exists(RepositoryFiles.PathOf(path)))];

        Assert.True(missing.Length == 0, $"{document} names what is not there: {string.Join(", ", missing)}.");
    }

    [Fact]
    public void Every_project_has_its_line_in_the_architecture()
    {
        string text = File.ReadAllText(RepositoryFiles.PathOf("ARCHITECTURE.md"));

        Assert.All(
            RepositoryFiles.Sources("src", "*.csproj").Select(Path.GetFileNameWithoutExtension),
            project => Assert.Contains($"| `{project}` |", text, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"`(?<path>(src|tests|docs|deploy|models|training|samples|benchmarks|\.ci)/[\w./-]*)`")]
    private static partial Regex PathInText();
}

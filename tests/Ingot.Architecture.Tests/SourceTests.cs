using System.Text.RegularExpressions;
using Ingot.Testing;

namespace Ingot.Architecture.Tests;

/// <summary>What every source file keeps to.</summary>
public sealed partial class SourceTests
{
    private const int LongestSource = 400;
    private const int LongestTest = 500;

    public static TheoryData<string> Folders => ["src", "tests", "benchmarks"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void No_file_is_longer_than_one_sitting(string folder)
    {
        int longest = folder == "src" ? LongestSource : LongestTest;

        string[] tooLong = [.. Sources(folder).Where(path => Lines(path).Length > longest)];

        Assert.True(tooLong.Length == 0, $"Longer than {longest} lines: {string.Join(", ", tooLong)}.");
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Nothing_is_left_undone_or_switched_off(string folder)
    {
        string[] marks = [.. Sources(folder)
            .Where(path => !path.EndsWith("/SourceTests.cs", StringComparison.Ordinal))
            .SelectMany(path => Lines(path).Where(line => Mark().IsMatch(line)).Select(line => $"{path}: {line.Trim()}"))];

        Assert.True(marks.Length == 0, string.Join(Environment.NewLine, marks));
    }

    [Fact]
    public void Work_is_never_thrown_at_the_thread_pool_and_time_is_never_waited_for()
    {
        string[] marks = [.. Sources("src").Concat(Sources("tests"))
            .Where(path => !path.EndsWith("/SourceTests.cs", StringComparison.Ordinal))
            .SelectMany(path => Lines(path).Where(line => Waiting(path).IsMatch(line)).Select(line => $"{path}: {line.Trim()}"))];

        Assert.True(marks.Length == 0, string.Join(Environment.NewLine, marks));
    }

    private static IEnumerable<string> Sources(string folder) => RepositoryFiles.Sources(folder, "*.cs");

    private static string[] Lines(string path) => File.ReadAllLines(RepositoryFiles.PathOf(path));

    private static Regex Waiting(string path) => path.StartsWith("src/", StringComparison.Ordinal) ? WaitingInSource() : WaitingInTests();

    [GeneratedRegex(@"\bTODO\b|\bFIXME\b|\bHACK\b|^\s*#region|^\s*#pragma|NotImplementedException|SuppressMessage|Skip\s*=\s*""")]
    private static partial Regex Mark();

    [GeneratedRegex(@"Task\.Run\(|Thread\.Sleep\(")]
    private static partial Regex WaitingInSource();

    [GeneratedRegex(@"Task\.Delay\(|Thread\.Sleep\(")]
    private static partial Regex WaitingInTests();
}

using System.Xml.Linq;
using Ingot.Testing;

namespace Ingot.Architecture.Tests;

/// <summary>The arrows of ARCHITECTURE.md, as the project files draw them.</summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Ingot.Errors"] = [],
        ["Ingot.Protocol"] = [],
        ["Ingot.Text"] = [],
        ["Ingot.Compute"] = [],
        ["Ingot.OnnxRuntime"] = [],
        ["Ingot.Models"] = [],
        ["Ingot.Engine"] = ["Ingot.Compute", "Ingot.OnnxRuntime"],
        ["Ingot.Compiler"] = ["Ingot.Compute"],
        ["Ingot.Service"] = ["Ingot.Compiler", "Ingot.Engine", "Ingot.Models", "Ingot.OnnxRuntime", "Ingot.Text"],
        ["Ingot.Server"] = ["Ingot.Protocol", "Ingot.Service", "Ingot.Engine", "Ingot.Models"],
        ["Ingot.Gateway"] = ["Ingot.Server", "Ingot.Protocol", "Ingot.Service", "Ingot.Engine"],
        ["Ingot.Sdk"] = ["Ingot.Server", "Ingot.Protocol", "Ingot.Service", "Ingot.Engine", "Ingot.Models"],
        ["Ingot.Sdk.Legacy"] = [],
        ["Ingot.Cli"] = ["Ingot.Compiler", "Ingot.Gateway", "Ingot.Server", "Ingot.Service", "Ingot.Engine", "Ingot.Models"],
    };

    public static TheoryData<string> Projects =>
        [.. RepositoryFiles.Sources("src", "*.csproj").Select(path => Path.GetFileNameWithoutExtension(path))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_lies_below_it(string project)
    {
        Assert.True(Allowed.TryGetValue(project, out string[]? allowed), $"{project} is not in the table of rooms.");

        string[] beyond = [.. References(project).Except(allowed).Except(["Ingot.Errors"])];

        Assert.True(beyond.Length == 0, $"{project} must not reference {string.Join(", ", beyond)}.");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Only_the_rooms_of_numbers_and_of_native_code_have_unsafe_code(string project) =>
        Assert.Equal(
            project is "Ingot.Compute" or "Ingot.OnnxRuntime",
            Load(project).Descendants("AllowUnsafeBlocks").Any(element => element.Value == "true"));

    private static IEnumerable<string> References(string project) =>
        Load(project).Descendants("ProjectReference").Select(element => Path.GetFileNameWithoutExtension(element.Attribute("Include")!.Value));

    private static XDocument Load(string project) => XDocument.Load(RepositoryFiles.PathOf("src", project, $"{project}.csproj"));
}

using System.Globalization;
using Ingot.Testing;
using YamlDotNet.RepresentationModel;

namespace Ingot.Architecture.Tests.Deploy;

/// <summary>A file in YAML, of one document, asked by paths: names and places in lists, with spaces between them.</summary>
internal sealed class YamlFile
{
    private readonly YamlNode _root;

    /// <summary>Reads a file of the repository; a name that is there twice is a fault.</summary>
    public YamlFile(string path)
    {
        using var text = new StreamReader(RepositoryFiles.PathOf(path));
        var stream = new YamlStream();
        stream.Load(text);
        _root = Assert.Single(stream.Documents).RootNode;
    }

    /// <summary>The text at a path; fails where there is none.</summary>
    public string this[string path] => Assert.IsType<YamlScalarNode>(Find(path)).Value!;

    /// <summary>How many elements the list at a path has.</summary>
    public int Count(string path) => Assert.IsType<YamlSequenceNode>(Find(path)).Children.Count;

    /// <summary>The texts of the list at a path, or of what its elements have by this name.</summary>
    public string[] List(string path, string name = "") => [.. Enumerable.Range(0, Count(path)).Select(index => this[$"{path} {index} {name}"])];

    private YamlNode? Find(string path)
    {
        YamlNode? node = _root;
        foreach (string step in path.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            node = node switch
            {
                YamlSequenceNode list => list.Children.ElementAtOrDefault(int.Parse(step, CultureInfo.InvariantCulture)),
                YamlMappingNode mapping => mapping.Children.TryGetValue(new YamlScalarNode(step), out YamlNode? found) ? found : null,
                _ => null,
            };
        }

        return node;
    }
}

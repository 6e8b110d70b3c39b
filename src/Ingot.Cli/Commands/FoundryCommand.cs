using System.CommandLine;

namespace Ingot.Cli.Commands;

/// <summary>A command with examples, which its help shows.</summary>
/// <param name="name">The word.</param>
/// <param name="description">One line on what it does.</param>
/// <param name="examples">Whole command lines.</param>
internal sealed class FoundryCommand(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Whole command lines.</summary>
    public IReadOnlyList<string> Examples => examples;
}

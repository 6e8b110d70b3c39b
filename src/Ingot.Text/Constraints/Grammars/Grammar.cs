namespace Ingot.Text.Constraints.Grammars;

/// <summary>
/// Named rules, and the one that a whole text must follow. Rules may refer to each other and to themselves. Compiling checks
/// that every rule referred to exists, and refuses a grammar beyond the limits; left recursion is allowed.
/// </summary>
/// <param name="rules">The rules by name.</param>
/// <param name="root">The name of the rule for the whole text.</param>
public sealed class Grammar(IReadOnlyDictionary<string, GrammarNode> rules, string root)
{
    /// <summary>The rules by name; at least the root.</summary>
    public IReadOnlyDictionary<string, GrammarNode> Rules { get; } = rules;

    /// <summary>The name of the rule for the whole text.</summary>
    public string Root { get; } = root;

    /// <summary>A grammar of one rule.</summary>
    /// <param name="node">What the whole text must look like, without rule references.</param>
    public static Grammar Of(GrammarNode node) => new(new Dictionary<string, GrammarNode> { ["root"] = node }, "root");
}

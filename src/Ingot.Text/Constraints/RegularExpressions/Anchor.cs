using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.RegularExpressions;

/// <summary><c>^</c> or <c>$</c>: where a text starts or ends. Only between parsing a pattern and placing its anchors.</summary>
internal sealed record Anchor(bool IsStart) : GrammarNode;

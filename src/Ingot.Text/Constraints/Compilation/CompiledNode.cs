using Ingot.Text.Constraints.Automata;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.Compilation;

/// <summary>A part of a grammar that is an automaton already.</summary>
internal sealed record CompiledNode(ByteAutomaton Automaton) : GrammarNode;

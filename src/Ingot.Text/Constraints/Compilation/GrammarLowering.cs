using System.Text;
using Ingot.Text.Constraints.Automata;
using Ingot.Text.Constraints.Characters;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.Compilation;

/// <summary>
/// Turns rules into the few nodes automata are built from: literals, compiled parts, sequences, choices, repeats and rule
/// references. Character sets become automata; intersections, differences and JSON string contents are worked out.
/// </summary>
internal sealed class GrammarLowering(Grammar grammar, CompileBudget budget)
{
    private const int MaxInlinedRules = 200;

    private readonly Dictionary<(CharacterSet Set, Spelling Spelling), CompiledNode> _nodes = [];
    private readonly Dictionary<(string Ranges, Spelling Spelling), CompiledNode> _sets = [];
    private readonly RegularParts _regular = new(budget);
    private int _inlinedRules;
    private int _depth;

    private enum Spelling
    {
        Plain,

        // Inside a JSON string; a known text has one spelling.
        Json,

        // Inside a JSON string, with every spelling there is: for what must not be written.
        JsonAny,
    }

    public GrammarNode Lower(GrammarNode node) => Lower(node, Spelling.Plain, isRegular: false);

    /// <summary>The automaton of lowered nodes without rule references.</summary>
    public ByteAutomaton Compile(GrammarNode lowered) => _regular.Compile(lowered);

    private GrammarNode Lower(GrammarNode node, Spelling spelling, bool isRegular)
    {
        budget.Spend(1);
        if (++_depth > budget.Limits.MaxDepth) throw budget.Refuse($"nests more than {budget.Limits.MaxDepth} deep, with the rules it uses as regular parts");
        var lowered = LowerOne(node, spelling, isRegular);
        _depth--;
        return lowered;
    }

    private GrammarNode LowerOne(GrammarNode node, Spelling spelling, bool isRegular)
    {
        switch (node)
        {
            case Literal literal:
                return spelling == Spelling.Plain ? Plain(literal) : JsonLiteral(literal.Text, spelling);
            case CharacterSet set:
                return Set(set, spelling);
            case SpecialToken token when spelling == Spelling.Plain:
                return new CompiledNode(SequenceAutomaton.Build([[.. SpecialTokenBytes.Of(token.Token).Select(value => default(ByteSet).With(value))]]));
            case Sequence sequence:
                return Flat(sequence.Items.Select(item => Lower(item, spelling, isRegular)));
            case Choice choice:
                return new Choice([.. choice.Options.Select(option => Lower(option, spelling, isRegular))]);
            case Repeat repeat:
                return repeat with { Item = Lower(repeat.Item, spelling, isRegular) };
            case RuleReference reference:
                return isRegular ? Inline(reference, spelling) : reference;
            case Intersection intersection:
                return new CompiledNode(intersection.Parts.Select(part => Automaton(part, spelling)).Aggregate(_regular.Intersect));
            case Difference difference:
                return new CompiledNode(_regular.Subtract(
                    Automaton(difference.Item, spelling),
                    Automaton(difference.Excluded, spelling == Spelling.Plain ? spelling : Spelling.JsonAny)));
            case JsonStringContent content when spelling == Spelling.Plain:
                return Lower(content.Item, Spelling.Json, isRegular: true);
            case CompiledNode compiled when spelling == Spelling.Plain:
                return compiled;
            default:
                throw budget.Refuse($"has a {node.GetType().Name} inside the content of a JSON string");
        }
    }

    private ByteAutomaton Automaton(GrammarNode node, Spelling spelling) => _regular.Compile(Lower(node, spelling, isRegular: true));

    private GrammarNode Inline(RuleReference reference, Spelling spelling)
    {
        budget.Spend(20);
        if (++_inlinedRules > MaxInlinedRules)
            throw budget.Refuse($"uses the rule '{reference.Rule}', which reaches itself or too many others, where only a regular part may stand");
        var lowered = Lower(grammar.Rules[reference.Rule], spelling, isRegular: true);
        _inlinedRules--;
        return lowered;
    }

    private Literal Plain(Literal literal)
    {
        foreach (var rune in literal.Text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar && !literal.Text.Contains('\uFFFD', StringComparison.Ordinal))
                throw budget.Refuse("has a text with half a surrogate pair");
        }
        return literal;
    }

    private GrammarNode JsonLiteral(string text, Spelling spelling)
    {
        Plain(new Literal(text));
        List<GrammarNode> parts = [];
        var plain = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (spelling == Spelling.Json && rune.Value is >= 0x20 and < 0x7F)
            {
                if (rune.Value is '"' or '\\') plain.Append('\\');
                plain.Append((char)rune.Value);
                continue;
            }
            if (plain.Length > 0) parts.Add(new Literal(plain.ToString()));
            plain.Clear();
            parts.Add(Set(new CharacterSet([new CharacterRange(rune.Value, rune.Value)]), spelling));
        }
        if (plain.Length > 0) parts.Add(new Literal(plain.ToString()));
        return Flat(parts);
    }

    private CompiledNode Set(CharacterSet set, Spelling spelling)
    {
        if (spelling == Spelling.JsonAny) spelling = Spelling.Json;
        // The same set in the same place of a front end is the same node: its ranges are looked at once.
        if (_nodes.TryGetValue((set, spelling), out var known)) return known;
        var points = CodePointSet.Of(set);
        var key = (string.Join(',', points.Ranges), spelling);
        if (!_sets.TryGetValue(key, out known)) _sets[key] = known = points.IsAll ? AnyOf(spelling) : Compile(points, spelling);
        return _nodes[(set, spelling)] = known;
    }

    private CompiledNode Compile(CodePointSet points, Spelling spelling)
    {
        var sequences = Sequences(points, spelling);
        budget.Spend(20 * sequences.Count);
        return new CompiledNode(SequenceAutomaton.Build(sequences));
    }

    private static CompiledNode AnyOf(Spelling spelling) => spelling == Spelling.Plain ? AnyCharacter.Plain : AnyCharacter.Json;

    private static List<ByteSet[]> Sequences(CodePointSet points, Spelling spelling)
    {
        List<ByteSet[]> sequences = [];
        if (spelling == Spelling.Plain)
        {
            Utf8Sequences.Add(sequences, points);
            return sequences;
        }
        JsonSequences.AddPlain(sequences, points);
        JsonSequences.AddShortEscapes(sequences, points);
        JsonSequences.AddHexEscapes(sequences, points);
        return sequences;
    }

    private static GrammarNode Flat(IEnumerable<GrammarNode> items)
    {
        List<GrammarNode> flat = [];
        foreach (var item in items)
        {
            foreach (var part in item is Sequence inner ? inner.Items : [item])
            {
                if (part is Literal added && flat is [.., Literal last]) flat[^1] = new Literal(last.Text + added.Text);
                else flat.Add(part);
            }
        }
        return flat.Count == 1 ? flat[0] : new Sequence(flat);
    }

    /// <summary>What most strings are made of, worked out once: every grammar has it.</summary>
    private static class AnyCharacter
    {
        public static CompiledNode Plain { get; } = new(SequenceAutomaton.Build(Sequences(CodePointSet.All, Spelling.Plain)));

        public static CompiledNode Json { get; } = new(SequenceAutomaton.Build(Sequences(CodePointSet.All, Spelling.Json)));
    }
}

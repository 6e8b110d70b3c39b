namespace Ingot.Text.Constraints.Grammars;

/// <summary>
/// What a text may look like. A node describes a set of texts; the cases below are all there are. Nodes are plain data made
/// by front ends: nothing is checked before <see cref="Grammar"/> is compiled.
/// </summary>
public abstract record GrammarNode
{
    private protected GrammarNode()
    {
    }

    /// <summary>The empty text only.</summary>
    public static GrammarNode Empty { get; } = new Sequence([]);

    /// <summary>No text at all: a choice of nothing.</summary>
    public static GrammarNode Never { get; } = new Choice([]);

    /// <summary>Any one Unicode character.</summary>
    public static GrammarNode AnyCharacter { get; } = new CharacterSet([], Negated: true);
}

/// <summary>Exactly this text; empty text allowed.</summary>
/// <param name="Text">The text, without lone surrogates.</param>
public sealed record Literal(string Text) : GrammarNode;

/// <summary>One character out of a set, as its UTF-8 bytes.</summary>
/// <param name="Ranges">Ranges in any order; they may overlap.</param>
/// <param name="Negated">True: every character that is in none of the ranges.</param>
public sealed record CharacterSet(IReadOnlyList<CharacterRange> Ranges, bool Negated = false) : GrammarNode
{
    /// <summary>Exactly the characters given.</summary>
    /// <param name="characters">The characters, as text.</param>
    public static CharacterSet Of(string characters) =>
        new([.. characters.EnumerateRunes().Select(rune => new CharacterRange(rune.Value, rune.Value))]);
}

/// <summary>One item after the other; no items is the empty text.</summary>
/// <param name="Items">The items, in order.</param>
public sealed record Sequence(IReadOnlyList<GrammarNode> Items) : GrammarNode;

/// <summary>One of the options; no options is no text at all.</summary>
/// <param name="Options">The options; their order does not matter, and they may describe the same texts.</param>
public sealed record Choice(IReadOnlyList<GrammarNode> Options) : GrammarNode;

/// <summary>An item a number of times.</summary>
/// <param name="Item">What is repeated.</param>
/// <param name="Minimum">How often at least, 0 or more.</param>
/// <param name="Maximum">How often at most, not below the minimum; null for no limit.</param>
public sealed record Repeat(GrammarNode Item, int Minimum, int? Maximum) : GrammarNode;

/// <summary>What the grammar's rule of this name describes. The only way to nest without limit.</summary>
/// <param name="Rule">The rule's name; the grammar must have it.</param>
public sealed record RuleReference(string Rule) : GrammarNode;

/// <summary>
/// The texts that all parts describe. The parts must be regular: made of every other node but rule references to rules
/// that reach themselves.
/// </summary>
/// <param name="Parts">At least one part.</param>
public sealed record Intersection(IReadOnlyList<GrammarNode> Parts) : GrammarNode;

/// <summary>
/// The texts of one node that another does not describe (every property name but the known ones). Both must be regular, as
/// in an <see cref="Intersection"/>.
/// </summary>
/// <param name="Item">What may be written.</param>
/// <param name="Excluded">What may not.</param>
public sealed record Difference(GrammarNode Item, GrammarNode Excluded) : GrammarNode;

/// <summary>
/// The ways to write the item's texts inside a JSON string, without the quotes around it. A character of a
/// <see cref="CharacterSet"/> is written as itself where JSON allows that, as its short escape or as <c>\uXXXX</c> (a pair
/// of them beyond U+FFFF); one of a <see cref="Literal"/> only as itself where it is printable ASCII (a known name has
/// one spelling, which then needs no model step). The item must be regular, as in an <see cref="Intersection"/>.
/// </summary>
/// <param name="Item">What the string holds once it is read.</param>
public sealed record JsonStringContent(GrammarNode Item) : GrammarNode;

/// <summary>
/// Exactly one added token of the tokenizer, by its text (<c>&lt;|python_tag|&gt;</c>): the only way special tokens get into
/// constrained output. A tokenizer that has no such token cannot produce it. Not allowed inside a JSON string.
/// </summary>
/// <param name="Token">The token's text, as the tokenizer's files write it.</param>
public sealed record SpecialToken(string Token) : GrammarNode;

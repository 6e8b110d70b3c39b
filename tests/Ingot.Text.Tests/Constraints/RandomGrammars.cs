using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Tests.Constraints;

/// <summary>Small grammars over a few characters, recursive in every way, and texts over the same characters.</summary>
internal sealed class RandomGrammars(int seed)
{
    // One, two, three and four bytes in UTF-8, and neighbours that share their first bytes.
    public static readonly string[] Alphabet = ["a", "b", "c", "é", "è", "中", "😀"];

    private static readonly string[] Rules = ["root", "one", "two", "three"];

    private readonly Random _random = new(seed);

    public Grammar Grammar() => new(Rules.ToDictionary(rule => rule, _ => Node(3, isRegular: false)), "root");

    public string Text() => string.Concat(Enumerable.Range(0, _random.Next(7)).Select(_ => Character()));

    public int Next(int limit) => _random.Next(limit);

    private string Character() => Alphabet[_random.Next(Alphabet.Length)];

    private GrammarNode Node(int depth, bool isRegular)
    {
        switch (_random.Next(depth > 0 ? 12 : 4))
        {
            case 0:
                return new Literal(string.Concat(Enumerable.Range(0, _random.Next(3)).Select(_ => Character())));
            case 1:
                return new CharacterSet([new('a', 'b'), new(0xE8, 0xE8 + _random.Next(3))], _random.Next(3) == 0);
            case 2:
                return CharacterSet.Of(Character() + Character());
            case 3 or 4 when !isRegular:
                return new RuleReference(Rules[_random.Next(Rules.Length)]);
            case 5 or 6:
                return new Choice(Nodes(depth, isRegular));
            case 7:
                var minimum = _random.Next(3);
                return new Repeat(Node(depth - 1, isRegular), minimum, _random.Next(3) == 0 ? null : minimum + _random.Next(3));
            case 8 when _random.Next(2) == 0:
                return new Intersection([Node(depth - 1, isRegular: true), Node(depth - 1, isRegular: true)]);
            case 9 when _random.Next(2) == 0:
                return new Difference(Node(depth - 1, isRegular: true), Node(depth - 1, isRegular: true));
            default:
                return depth > 0 ? new Sequence(Nodes(depth, isRegular)) : new Literal(Character());
        }
    }

    private GrammarNode[] Nodes(int depth, bool isRegular) =>
        [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Node(depth - 1, isRegular))];
}

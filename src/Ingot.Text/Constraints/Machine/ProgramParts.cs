namespace Ingot.Text.Constraints.Machine;

/// <summary>What a program is made of; see <see cref="GrammarProgram"/> for what the arrays mean.</summary>
internal sealed record ProgramParts
{
    public required ByteClasses Classes { get; init; }

    public required int[] Rows { get; init; }

    public required int[] Table { get; init; }

    public required (int Class, int Target)[] Single { get; init; }

    public required byte[] Flags { get; init; }

    public required RuleCall[][] Calls { get; init; }

    public required (int First, CountedRule Rule)[] Counted { get; init; }

    public required int Start { get; init; }

    public required bool AcceptsEmpty { get; init; }
}

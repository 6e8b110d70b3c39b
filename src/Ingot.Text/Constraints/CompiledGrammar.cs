using Ingot.Errors;
using Ingot.Text.Constraints.Compilation;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.Machine;

namespace Ingot.Text.Constraints;

/// <summary>A grammar as a machine over bytes. Knows no vocabulary; immutable and thread-safe.</summary>
public sealed class CompiledGrammar
{
    private CompiledGrammar(GrammarProgram program, GrammarLimits limits) => (Program, Limits) = (program, limits);

    /// <summary>Bytes of memory it takes, about.</summary>
    public long Size => Program.Size;

    internal GrammarProgram Program { get; }

    internal GrammarLimits Limits { get; }

    /// <summary>Compiles a grammar; bounded in time and memory by the limits.</summary>
    /// <param name="grammar">The grammar.</param>
    /// <param name="limits">How much it may ask for; null for <see cref="GrammarLimits.Default"/>.</param>
    /// <param name="param">The request field it came from, for the error; absent when there is none.</param>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.InvalidValue"/> when the grammar is beyond a limit, refers to a rule it lacks, or describes no text.
    /// </exception>
    public static CompiledGrammar Compile(Grammar grammar, GrammarLimits? limits = null, string? param = null) =>
        new(ProgramBuilder.Build(grammar, limits ?? GrammarLimits.Default, param), limits ?? GrammarLimits.Default);

    /// <summary>Whether a whole text follows the grammar.</summary>
    /// <param name="text">The text as UTF-8.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/> when the text can be read in too many ways.</exception>
    public bool Accepts(ReadOnlySpan<byte> text) => Read(text).HasEnded;

    /// <summary>Whether some text that follows the grammar begins like this one.</summary>
    /// <param name="text">The text as UTF-8; it may end inside a character.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/> when the text can be read in too many ways.</exception>
    public bool CanBegin(ReadOnlySpan<byte> text) => !Read(text).IsDead;

    private Configuration Read(ReadOnlySpan<byte> text)
    {
        var machine = new PushdownMachine(Program, Limits);
        var at = machine.Start;
        foreach (var value in text)
        {
            machine.BeginToken();
            at = machine.Step(at, value);
        }
        return at;
    }
}

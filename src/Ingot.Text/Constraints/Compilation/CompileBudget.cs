using Ingot.Errors;

namespace Ingot.Text.Constraints.Compilation;

/// <summary>Counts what compiling one grammar costs, and refuses the grammar when it is too much.</summary>
internal sealed class CompileBudget(GrammarLimits limits, string? param)
{
    private long _work;
    private int _states;

    public GrammarLimits Limits => limits;

    public void Spend(long steps)
    {
        _work += steps;
        if (_work > limits.MaxWork) throw Refuse("takes too long to compile; it has large counts, too many alternatives that begin alike, or both");
    }

    public void AddStates(int count)
    {
        _states += count;
        if (_states > limits.MaxStates) throw Refuse($"needs more than {limits.MaxStates} states");
    }

    public IngotException Refuse(string what) => new(ErrorCode.InvalidValue, $"The grammar {what}.", param);
}

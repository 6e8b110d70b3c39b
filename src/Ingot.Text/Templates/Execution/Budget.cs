using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Execution;

/// <summary>What is left of the limits in one rendering.</summary>
internal sealed class Budget(TemplateLimits limits)
{
    /// <summary>Deepest value that is printed, compared or turned into JSON: beyond it a value holds itself.</summary>
    private const int DeepestValue = 128;

    /// <summary>How often the real stack is looked at, which costs more than counting.</summary>
    private const int StackCheckInterval = 16;

    private long _steps = limits.MaximumSteps;
    private int _depth;

    public TemplateLimits Limits { get; } = limits;

    public void Spend(long steps = 1)
    {
        _steps -= steps;
        if (_steps < 0)
            throw new TemplateFault($"the template did not finish within {Limits.MaximumSteps} steps");
    }

    public void SpendText(int added, int existing)
    {
        Spend(added / 16);
        if (added > Limits.MaximumTextLength - existing)
            throw new TemplateFault($"the template made a text longer than {Limits.MaximumTextLength} characters");
    }

    /// <summary>Looking for a text in another: at worst every place is compared in full.</summary>
    public void SpendSearch(StringValue text, StringValue part) => Spend(1 + text.Text.Length / 16L * (1 + part.Text.Length / 64));

    public void Enter()
    {
        _depth++;
        if (_depth > Limits.MaximumDepth || (_depth % StackCheckInterval == 0 && !System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack()))
            throw new TemplateFault("the template calls itself too deeply");
    }

    public void Leave() => _depth--;

    public void CheckValueDepth(int depth)
    {
        if (depth > DeepestValue)
            throw new TemplateFault($"a value is nested deeper than {DeepestValue} levels");
    }
}

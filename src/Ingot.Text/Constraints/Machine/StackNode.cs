namespace Ingot.Text.Constraints.Machine;

/// <summary>Where a rule returns to: a state, and the stack below it.</summary>
internal readonly record struct ReturnEdge(int State, StackNode Below);

/// <summary>
/// A call of a rule that was made at one place in the text, by any number of callers: the top of many stacks at once, which
/// share what is below them. Left-recursive rules make it its own caller.
/// </summary>
internal sealed class StackNode(int id)
{
    private readonly HashSet<ReturnEdge> _returns = [];

    /// <summary>Tells nodes of one machine apart; ascending.</summary>
    public int Id => id;

    /// <summary>Whether there is nobody to return to.</summary>
    public bool IsBottom => id == 0;

    /// <summary>None at the bottom.</summary>
    public HashSet<ReturnEdge> Returns => _returns;

    /// <summary>What the machine is in once the rule has ended; null while nobody asked.</summary>
    public Configuration? AfterReturn { get; set; }

    /// <summary>The round of the machine in which this node was returned from last.</summary>
    public long ReturnedIn { get; set; }

    public void AddReturn(ReturnEdge edge) => _returns.Add(edge);
}

namespace Ingot.Compute.Execution.Operations;

/// <summary>How an operation is divided among the members of the team.</summary>
internal enum Division
{
    /// <summary>By rows: each member does whole rows.</summary>
    Rows,

    /// <summary>By columns, in units of <see cref="Share.ColumnUnit"/>: each member does its columns of every row.</summary>
    Columns,

    /// <summary>In a way of its own.</summary>
    Other,
}

/// <summary>What an operation reads or writes.</summary>
/// <param name="Resource">A buffer, a quantised form, or a layer's place in the cache; compared by identity.</param>
/// <param name="Offset">First column; 0 where there are none.</param>
/// <param name="Width">Columns; 0 where there are none.</param>
/// <param name="IsDivided">Whether each member touches only its own share of it. False: every member may touch all.</param>
/// <param name="IsWrite">Whether it is written (or written over).</param>
internal readonly record struct Access(object Resource, int Offset, int Width, bool IsDivided, bool IsWrite);

/// <summary>
/// One piece of a step on flat rows, done by all members of the team at once without waiting for each other.
/// The plan puts barriers between operations whose shares depend on each other.
/// </summary>
internal abstract class Operation
{
    private readonly List<Access> _accesses = [];

    /// <summary>Whether it works on the rows whose logits are wanted instead of on all rows.</summary>
    public bool IsTail { get; set; }

    /// <summary>How it is divided.</summary>
    public abstract Division Division { get; }

    /// <summary>The columns that are divided; 0 unless by columns.</summary>
    public virtual int DividedWidth => 0;

    /// <summary>Everything it reads and writes.</summary>
    public IReadOnlyList<Access> Accesses => _accesses;

    /// <summary>Does one member's share.</summary>
    public abstract void Execute(StepContext step, int member, int memberCount);

    /// <summary>Uses another buffer of the same width instead of one that it reads, or writes over what it reads.</summary>
    public virtual void ReplaceBuffer(Graph.RowBuffer from, Graph.RowBuffer to) => ReplaceResource(from, to);

    protected void ReplaceResource(object from, object to)
    {
        for (var i = 0; i < _accesses.Count; i++)
        {
            if (ReferenceEquals(_accesses[i].Resource, from))
                _accesses[i] = _accesses[i] with { Resource = to };
        }
    }

    /// <summary>Whether this and a later operation may run without a barrier between them.</summary>
    public bool MayShareCoreWith(Operation later)
    {
        foreach (var mine in _accesses)
        {
            foreach (var theirs in later._accesses)
            {
                if (!ReferenceEquals(mine.Resource, theirs.Resource) || (!mine.IsWrite && !theirs.IsWrite))
                    continue;
                if (!IsDividedLike(later) || !mine.IsDivided || !theirs.IsDivided)
                    return false;
                if (Division == Division.Columns && (mine.Offset != theirs.Offset || mine.Width != theirs.Width))
                    return false;
            }
        }

        return true;
    }

    /// <summary>Whether a later operation needs what this one does, in whatever division.</summary>
    public bool MustPrecede(Operation later)
    {
        foreach (var mine in _accesses)
        {
            foreach (var theirs in later._accesses)
            {
                if (ReferenceEquals(mine.Resource, theirs.Resource) && (mine.IsWrite || theirs.IsWrite))
                    return true;
            }
        }

        return false;
    }

    protected void Reads(Graph.RowsValue rows, bool divided = true) =>
        _accesses.Add(new Access(rows.Buffer, rows.Offset, rows.Width, divided, IsWrite: false));

    protected void Writes(Graph.RowsValue rows) =>
        _accesses.Add(new Access(rows.Buffer, rows.Offset, rows.Width, IsDivided: true, IsWrite: true));

    protected void Touches(object resource, int width, bool divided, bool write) =>
        _accesses.Add(new Access(resource, 0, width, divided, write));

    private bool IsDividedLike(Operation other) =>
        Division != Division.Other && Division == other.Division && DividedWidth == other.DividedWidth && IsTail == other.IsTail;
}

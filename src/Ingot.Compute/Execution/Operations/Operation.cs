namespace Ingot.Compute.Execution.Operations;

/// <summary>How an operation is divided into shares.</summary>
internal enum Division
{
    /// <summary>By rows: a share is some whole rows.</summary>
    Rows,

    /// <summary>By columns, in units of <see cref="Share.ColumnUnit"/>: a share is some columns of every row.</summary>
    Columns,

    /// <summary>By heads: a share is some neighbouring heads, row after row.</summary>
    Heads,

    /// <summary>In a way of its own.</summary>
    Other,
}

/// <summary>What an operation reads or writes.</summary>
/// <param name="Resource">A buffer, a quantised form, or a layer's place in the cache; compared by identity.</param>
/// <param name="Offset">First column; 0 where there are none.</param>
/// <param name="Width">Columns; 0 where there are none.</param>
/// <param name="IsDivided">Whether each share touches only its own part of it. False: every share may touch all.</param>
/// <param name="IsWrite">Whether it is written (or written over).</param>
internal readonly record struct Access(object Resource, int Offset, int Width, bool IsDivided, bool IsWrite)
{
    /// <summary>Whether the two must keep their order: one writes what the other touches.</summary>
    public bool ConflictsWith(in Access other) =>
        ReferenceEquals(Resource, other.Resource)
        && (IsWrite || other.IsWrite)
        && (Width == 0 || other.Width == 0 || (Offset < other.Offset + other.Width && other.Offset < Offset + Width));
}

/// <summary>
/// One piece of a step on flat rows, done in shares that do not wait for each other and may run at the same time.
/// The plan puts barriers between operations whose shares depend on each other's.
/// </summary>
internal abstract class Operation
{
    private readonly List<Access> _accesses = [];

    /// <summary>Whether it works on the rows whose logits are wanted instead of on all rows.</summary>
    public bool IsTail { get; set; }

    /// <summary>How it is divided.</summary>
    public abstract Division Division { get; }

    /// <summary>What a profile counts it as.</summary>
    public virtual OperationKind Kind => OperationKind.Rows;

    /// <summary>The columns, or the heads of a row, that are divided; 0 otherwise.</summary>
    public virtual int DividedWidth => 0;

    /// <summary>Everything it reads and writes.</summary>
    public IReadOnlyList<Access> Accesses => _accesses;

    /// <summary>
    /// Into how many pieces it can be divided in this step; more shares than that leave some with nothing to do. By what the step is given
    /// alone, not by what it computes: a member that comes late asks when later phases may have written over that.
    /// </summary>
    public virtual int PieceCount(StepContext step) => Division switch
    {
        Division.Columns => Share.ColumnUnits(DividedWidth),
        Division.Heads => step.RowCount(IsTail) * DividedWidth,
        _ => step.RowCount(IsTail),
    };

    /// <summary>Does one share, 0 to <paramref name="shareCount"/> − 1.</summary>
    public abstract void Execute(StepContext step, int share, int shareCount);

    /// <summary>The weights that some neighbouring shares will read; none by default.</summary>
    /// <param name="step">The step under way.</param>
    /// <param name="fromShare">The first share.</param>
    /// <param name="toShare">One past the last.</param>
    /// <param name="shareCount">Shares in all.</param>
    public virtual WeightsAhead Ahead(StepContext step, int fromShare, int toShare, int shareCount) => default;

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
                if (!mine.ConflictsWith(theirs))
                    continue;
                if (!IsDividedLike(later) || !mine.IsDivided || !theirs.IsDivided)
                    return false;
                if (Division is Division.Columns or Division.Heads && (mine.Offset != theirs.Offset || mine.Width != theirs.Width))
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
                if (mine.ConflictsWith(theirs))
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

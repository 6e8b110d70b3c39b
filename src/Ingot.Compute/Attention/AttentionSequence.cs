namespace Ingot.Compute.Attention;

/// <summary>One sequence's part of a flat batch: some neighbouring rows, and where its keys and values lie.</summary>
/// <param name="firstRow">Its first row in the batch.</param>
/// <param name="rowCount">How many rows, at least 1: the tokens at positions pastLength, pastLength + 1, …</param>
/// <param name="pastLength">Tokens stored before this step, 0 or more.</param>
/// <param name="blockTable">Block numbers in a <see cref="KvStore"/>, at least enough for pastLength + rowCount tokens; the caller keeps it alive.</param>
public readonly unsafe struct AttentionSequence(int firstRow, int rowCount, int pastLength, int* blockTable)
{
    /// <summary>Its first row in the batch.</summary>
    public int FirstRow { get; } = firstRow;

    /// <summary>How many rows.</summary>
    public int RowCount { get; } = rowCount;

    /// <summary>Tokens stored before this step.</summary>
    public int PastLength { get; } = pastLength;

    /// <summary>Block numbers, in order of position.</summary>
    public int* BlockTable { get; } = blockTable;
}

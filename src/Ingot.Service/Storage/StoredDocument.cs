namespace Ingot.Service.Storage;

/// <summary>What kinds of documents are kept.</summary>
public enum StoredKind
{
    /// <summary>A response.</summary>
    Response = 1,

    /// <summary>A conversation.</summary>
    Conversation = 2,

    /// <summary>A chat completion.</summary>
    Completion = 3,

    /// <summary>Where a response is kept that is not kept here.</summary>
    RemoteResponse = 4,
}

/// <summary>A document as it is kept. What its body says is its maker's affair.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Unique over all kinds.</param>
/// <param name="Owner">Whose it is: others do not find it. Null: nobody's in particular.</param>
/// <param name="CreatedAt">When it was made, in seconds since 1970.</param>
/// <param name="Body">Its text, any bytes.</param>
public sealed record StoredDocument(StoredKind Kind, string Id, string? Owner, long CreatedAt, ReadOnlyMemory<byte> Body)
{
    /// <summary>How far it is. Default: done.</summary>
    public StoredState State { get; init; } = StoredState.Done;

    /// <summary>The document of the same kind that it goes on from; null (default) when there is none.</summary>
    public string? PreviousId { get; init; }

    /// <summary>The model that made it, to find it by; null (default) when none did.</summary>
    public string? Model { get; init; }

    /// <summary>The caller's own notes, to find it by. Default none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>How far a document is.</summary>
public enum StoredState
{
    /// <summary>It will not change by itself any more.</summary>
    Done = 0,

    /// <summary>Somebody works on it.</summary>
    Running = 1,

    /// <summary>Whoever worked on it ended before it was done.</summary>
    Interrupted = 2,
}

/// <summary>One item of a document.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Body">Its text, any bytes.</param>
/// <param name="IsOutput">Whether the document's maker said it, rather than its caller. Default false.</param>
public sealed record StoredItem(string Id, ReadOnlyMemory<byte> Body, bool IsOutput = false);

/// <summary>Which part of a list is wanted.</summary>
/// <param name="Limit">The most entries, 1 or more.</param>
/// <param name="IsDescending">Newest first.</param>
/// <param name="After">The id of the entry before the first wanted; null begins at the beginning.</param>
public sealed record StoredRange(int Limit, bool IsDescending, string? After = null);

/// <summary>A part of a list.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="HasMore">Whether there are more after them.</param>
/// <typeparam name="T">What an entry is.</typeparam>
public sealed record StoredPage<T>(IReadOnlyList<T> Entries, bool HasMore);

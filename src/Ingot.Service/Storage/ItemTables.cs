using Microsoft.Data.Sqlite;

namespace Ingot.Service.Storage;

/// <summary>What is done with items alone, in the database's own language. Runs on the store's thread.</summary>
internal static class ItemTables
{
    /// <summary>A chain of documents never goes back further.</summary>
    private const long LongestChain = 100_000;

    /// <summary>Items of a document; null when it or the item to begin after is not there.</summary>
    public static StoredPage<StoredItem>? List(StoreConnection store, StoreTables.View view, string document, StoredRange range, bool withOutput)
    {
        if (NumberOf(store, view, document) is not { } number || PlaceOf(store, number, range) is not { } after)
            return null;
        var found = store.Query(
            $"""
            SELECT id, body, output FROM items WHERE document = $0 AND {(range.IsDescending ? "position < $1" : "position > $1")} AND (output = 0 OR $2)
            ORDER BY position {(range.IsDescending ? "DESC" : "ASC")} LIMIT $3
            """,
            Read, number, after, withOutput, (long)range.Limit + 1);
        return StoreTables.PageOf(found, range.Limit);
    }

    /// <summary>
    /// The items of a document and of all it goes on from, oldest first, at most this many; null when a document of the chain is not there. A
    /// document that has expired is still read where another goes on from it.
    /// </summary>
    public static IReadOnlyList<StoredItem>? Chain(StoreConnection store, StoreTables.View view, string document, int most)
    {
        if (NumberOf(store, view, document) is null)
            return null;
        const string Chain = """
            WITH RECURSIVE chain(number, previous, depth) AS (
                SELECT number, previous, 0 FROM documents WHERE id = $0 AND kind = $1 AND owner IS $2
                UNION ALL
                SELECT d.number, d.previous, c.depth + 1 FROM chain AS c JOIN documents AS d ON d.id = c.previous AND d.kind = $1 AND d.owner IS $2 WHERE c.depth < $3)
            """;
        var isBroken = store.Number(
            $"{Chain} SELECT previous IS NOT NULL FROM chain ORDER BY depth DESC LIMIT 1", document, (long)view.Kind, view.Owner, LongestChain) != 0;
        return isBroken ? null : store.Query(
            $"{Chain} SELECT i.id, i.body, i.output FROM chain AS c JOIN items AS i ON i.document = c.number ORDER BY c.depth DESC, i.position LIMIT $4",
            Read, document, (long)view.Kind, view.Owner, LongestChain, (long)most);
    }

    /// <summary>Finds an item by its id in any document of an owner; null when there is none.</summary>
    public static StoredItem? Find(StoreConnection store, string? owner, long now, string id) => store.Query(
        """
        SELECT i.id, i.body, i.output FROM items AS i JOIN documents AS d ON d.number = i.document
        WHERE i.id = $0 AND d.owner IS $1 AND d.expires > $2 ORDER BY d.number DESC, i.position DESC LIMIT 1
        """,
        Read, id, owner, now).FirstOrDefault();

    /// <summary>Finds an item of a document; null when there is none.</summary>
    public static StoredItem? Find(StoreConnection store, StoreTables.View view, string document, string id) => store.Query(
        "SELECT id, body, output FROM items WHERE document = $0 AND id = $1 ORDER BY position DESC LIMIT 1", Read, NumberOf(store, view, document), id).FirstOrDefault();

    /// <summary>Adds items to the end of a document and puts off its expiry; false when it is not there.</summary>
    public static bool Append(StoreConnection store, StoreTables.View view, string document, IReadOnlyList<StoredItem> items, long expires)
    {
        if (NumberOf(store, view, document) is not { } number)
            return false;
        var last = store.Number("SELECT max(position) FROM items WHERE document = $0", number) ?? -1;
        StoreTables.Insert(store, number, last + 1, items);
        store.Execute("UPDATE documents SET expires = $0, size = size + $1 WHERE number = $2", expires, items.Sum(item => (long)item.Body.Length), number);
        return true;
    }

    /// <summary>Removes an item from a document; false when it is not there.</summary>
    public static bool Delete(StoreConnection store, StoreTables.View view, string document, string id) =>
        store.Execute("DELETE FROM items WHERE document = $0 AND id = $1", NumberOf(store, view, document), id) > 0;

    private static long? NumberOf(StoreConnection store, StoreTables.View view, string document) => store.Number(
        "SELECT number FROM documents WHERE id = $0 AND kind = $1 AND owner IS $2 AND expires > $3", document, (long)view.Kind, view.Owner, view.Now);

    private static long? PlaceOf(StoreConnection store, long document, StoredRange range) => range.After is null
        ? range.IsDescending ? long.MaxValue : -1
        : store.Number("SELECT max(position) FROM items WHERE document = $0 AND id = $1", document, range.After);

    private static StoredItem Read(SqliteDataReader row) => new(row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetInt64(2) != 0);
}

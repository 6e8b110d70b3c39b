using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Ingot.Service.Storage;

/// <summary>What is done with documents and items, in the database's own language. Runs on the store's thread.</summary>
internal static class StoreTables
{
    private const string Columns = "kind, id, owner, created, body, state, previous, model, metadata";

    /// <summary>Whose documents are seen: one kind's, one owner's, not expired at a time.</summary>
    internal sealed record View(StoredKind Kind, string? Owner, long Now);

    /// <summary>Adds a document or puts it in the place of the earlier one of its id, with all of its items.</summary>
    public static void Save(StoreConnection store, StoredDocument document, IReadOnlyList<StoredItem> items, ReadOnlyMemory<byte>? events, long expires)
    {
        var size = document.Body.Length + (events?.Length ?? 0) + items.Sum(item => (long)item.Body.Length);
        store.Execute(
            """
            INSERT INTO documents(kind, id, owner, created, expires, state, previous, model, metadata, size, body, events) VALUES($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT(id) DO UPDATE SET expires = $4, state = $5, model = $7, metadata = $8, size = $9, body = $10, events = $11
            """,
            (long)document.Kind, document.Id, document.Owner, document.CreatedAt, expires, (long)document.State, document.PreviousId, document.Model, ToText(document.Metadata), size, document.Body, events);
        var number = store.Number("SELECT number FROM documents WHERE id = $0", document.Id);
        store.Execute("DELETE FROM items WHERE document = $0", number);
        Insert(store, number, 0, items);
    }

    /// <summary>Finds a document; null when there is none.</summary>
    public static StoredDocument? Find(StoreConnection store, View view, string id) =>
        store.Query($"SELECT {Columns} FROM documents WHERE id = $0 AND kind = $1 AND owner IS $2 AND expires > $3", ReadDocument, id, (long)view.Kind, view.Owner, view.Now).FirstOrDefault();

    /// <summary>What was told of a document while it was made; null when nothing is kept of that.</summary>
    public static ReadOnlyMemory<byte>? Events(StoreConnection store, string id) =>
        store.Query("SELECT events FROM documents WHERE id = $0 AND events IS NOT NULL", row => (ReadOnlyMemory<byte>?)row.GetFieldValue<byte[]>(0), id).FirstOrDefault();

    /// <summary>Documents, newest or oldest first.</summary>
    public static StoredPage<StoredDocument>? List(StoreConnection store, View view, StoredRange range, string? model, IReadOnlyDictionary<string, string> metadata)
    {
        if (PlaceOf(store, view, range) is not { } after)
            return null;
        var found = store.Query(
            $"""
            SELECT {Columns} FROM documents WHERE kind = $0 AND owner IS $1 AND expires > $2 AND ($3 IS NULL OR model = $3) AND {(range.IsDescending ? "number < $4" : "number > $4")}
                AND (SELECT count(*) FROM json_each($5) AS wanted JOIN json_each(documents.metadata) AS given ON wanted.key = given.key AND wanted.value = given.value) = $6
            ORDER BY number {(range.IsDescending ? "DESC" : "ASC")} LIMIT $7
            """,
            ReadDocument, (long)view.Kind, view.Owner, view.Now, model, after, ToText(metadata), (long)metadata.Count, (long)range.Limit + 1);
        return PageOf(found, range.Limit);
    }

    /// <summary>Changes a document; false when there is none.</summary>
    public static bool Change(StoreConnection store, View view, StoredDocument document, long expires) => store.Execute(
        "UPDATE documents SET body = $0, metadata = $1, expires = $2, size = size - length(body) + $3 WHERE id = $4 AND kind = $5 AND owner IS $6 AND expires > $7",
        document.Body, ToText(document.Metadata), expires, (long)document.Body.Length, document.Id, (long)view.Kind, view.Owner, view.Now) > 0;

    /// <summary>Removes a document with its items; false when there is none.</summary>
    public static bool Delete(StoreConnection store, View view, string id) =>
        store.Execute("DELETE FROM documents WHERE id = $0 AND kind = $1 AND owner IS $2 AND expires > $3", id, (long)view.Kind, view.Owner, view.Now) > 0;

    /// <summary>Marks what nobody works on any more, as its worker ended without a word.</summary>
    public static int MarkInterrupted(StoreConnection store) =>
        store.Execute("UPDATE documents SET state = $0 WHERE state = $1", (long)StoredState.Interrupted, (long)StoredState.Running);

    internal static void Insert(StoreConnection store, long? document, long position, IReadOnlyList<StoredItem> items)
    {
        foreach (var item in items)
            store.Execute("INSERT INTO items(document, position, id, output, body) VALUES($0, $1, $2, $3, $4)", document, position++, item.Id, item.IsOutput, item.Body);
    }

    internal static StoredPage<T> PageOf<T>(List<T> found, int limit) => new(found[..Math.Min(limit, found.Count)], found.Count > limit);

    // Where a list begins; null when it should begin after something that is not there.
    private static long? PlaceOf(StoreConnection store, View view, StoredRange range) => range.After is null
        ? range.IsDescending ? long.MaxValue : -1
        : store.Number("SELECT number FROM documents WHERE id = $0 AND kind = $1 AND owner IS $2", range.After, (long)view.Kind, view.Owner);

    private static string ToText(IReadOnlyDictionary<string, string> metadata)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            foreach (var (key, value) in metadata)
                writer.WriteString(key, value);
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(text.GetBuffer().AsSpan(0, (int)text.Length));
    }

    private static StoredDocument ReadDocument(SqliteDataReader row) =>
        new((StoredKind)row.GetInt32(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetInt64(3), row.GetFieldValue<byte[]>(4))
        {
            State = (StoredState)row.GetInt32(5),
            PreviousId = row.IsDBNull(6) ? null : row.GetString(6),
            Model = row.IsDBNull(7) ? null : row.GetString(7),
            Metadata = ReadMetadata(row.GetString(8)),
        };

    private static Dictionary<string, string> ReadMetadata(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!, StringComparer.Ordinal);
    }
}

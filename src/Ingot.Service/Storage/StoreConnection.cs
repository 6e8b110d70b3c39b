using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Ingot.Service.Storage;

/// <summary>A connection to the database, and its statements, each prepared once. Not thread-safe.</summary>
internal sealed class StoreConnection(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);

    /// <summary>Runs a statement with values for <c>$0</c>, <c>$1</c> and so on; gives how many rows it changed.</summary>
    public int Execute(string statement, params IReadOnlyList<object?> values) => Prepare(statement, values).ExecuteNonQuery();

    /// <summary>Runs a query and reads all of its rows.</summary>
    public List<T> Query<T>(string statement, Func<SqliteDataReader, T> read, params IReadOnlyList<object?> values)
    {
        using var rows = Prepare(statement, values).ExecuteReader();
        var found = new List<T>();
        while (rows.Read())
            found.Add(read(rows));
        return found;
    }

    /// <summary>Runs a query for one number; null when there is no row or it holds nothing.</summary>
    public long? Number(string statement, params IReadOnlyList<object?> values) => Prepare(statement, values).ExecuteScalar() as long?;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in _prepared.Values)
            command.Dispose();
        connection.Dispose();
    }

    private SqliteCommand Prepare(string statement, IReadOnlyList<object?> values)
    {
        if (!_prepared.TryGetValue(statement, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = statement;
            for (var i = 0; i < values.Count; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            _prepared.Add(statement, command);
        }

        for (var i = 0; i < values.Count; i++)
            command.Parameters[i].Value = ToColumn(values[i]);
        return command;
    }

    private static object ToColumn(object? value) => value switch
    {
        null => DBNull.Value,
        ReadOnlyMemory<byte> bytes => MemoryMarshal.TryGetArray(bytes, out var array) && array.Offset == 0 && array.Count == array.Array!.Length ? array.Array : bytes.ToArray(),
        bool flag => flag ? 1L : 0L,
        _ => value,
    };
}

using System.Reflection;
using Ingot.Errors;
using Microsoft.Data.Sqlite;

namespace Ingot.Service.Storage;

/// <summary>
/// The database file: one process has it at a time, only this user can read it, and what is committed survives the end of the process
/// and of the machine.
/// </summary>
internal static class StoreFile
{
    /// <summary>The form of the tables this build writes.</summary>
    private const int Version = 1;

    // SQLite's own codes for a file that somebody else has.
    private const int Busy = 5;
    private const int Locked = 6;

    private const UnixFileMode UserOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const string Tables = """
        CREATE TABLE documents(
            number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind INTEGER NOT NULL, owner TEXT, created INTEGER NOT NULL, expires INTEGER NOT NULL,
            state INTEGER NOT NULL, previous TEXT, model TEXT, metadata TEXT NOT NULL, size INTEGER NOT NULL, body BLOB NOT NULL, events BLOB);
        CREATE INDEX documents_by_expiry ON documents(expires);
        CREATE INDEX documents_by_previous ON documents(previous) WHERE previous IS NOT NULL;
        CREATE INDEX documents_by_kind ON documents(kind, number);
        CREATE TABLE items(
            document INTEGER NOT NULL REFERENCES documents(number) ON DELETE CASCADE, position INTEGER NOT NULL, id TEXT NOT NULL, output INTEGER NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY(document, position)) WITHOUT ROWID;
        CREATE INDEX items_by_id ON items(id);
        """;

    /// <summary>Opens the file, making it if need be.</summary>
    /// <param name="folder">Its folder; made if need be.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.StoreUnavailable"/>: it cannot be had, and why.</exception>
    public static StoreConnection Open(string folder)
    {
        var path = Path.Combine(folder, "answers.db");
        try
        {
            Make(folder, path);
            var settings = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, ForeignKeys = true, DefaultTimeout = 1 };
            var connection = new SqliteConnection(settings.ConnectionString);
            connection.Open();
            return Prepare(new StoreConnection(connection));
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is Busy or Locked)
        {
            throw Unavailable(
                $"another service of this user keeps its answers in {folder}, and one at a time can; give this one a folder of its own ('storeDirectory'), or switch keeping off ('storeDays' 0)", exception);
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException or DllNotFoundException
            or TypeInitializationException or BadImageFormatException or EntryPointNotFoundException or NotSupportedException)
        {
            throw Unavailable(ReasonOf(exception), exception);
        }
    }

    private static IngotException Unavailable(string reason, Exception? inner = null) =>
        new(ErrorCode.StoreUnavailable, $"Nothing can be kept: {reason.TrimEnd('.')}.", "store", inner);

    // What is wrong with the native library is said at the bottom, and then at length.
    private static string ReasonOf(Exception exception)
    {
        while (exception is TypeInitializationException or TargetInvocationException && exception.InnerException is { } inner)
            exception = inner;
        return exception.Message.Split('\n')[0].Trim();
    }

    private static void Make(string folder, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, UserOnly | UnixFileMode.UserExecute);
        if (!File.Exists(path))
            File.Open(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, UnixCreateMode = UserOnly }).Dispose();
    }

    private static StoreConnection Prepare(StoreConnection connection)
    {
        try
        {
            // Set before the first table exists, or it has no effect.
            connection.Execute("PRAGMA auto_vacuum = INCREMENTAL");
            connection.Execute("PRAGMA locking_mode = EXCLUSIVE");
            connection.Execute("PRAGMA journal_mode = WAL");
            connection.Execute("PRAGMA synchronous = FULL");
            connection.Execute("BEGIN EXCLUSIVE");
            var version = connection.Number("PRAGMA user_version");
            if (version > Version)
                throw Unavailable("the store's file is of a later build of Ingot");
            if (version == 0)
            {
                connection.Execute(Tables);
                connection.Execute($"PRAGMA user_version = {Version}");
            }

            connection.Execute("COMMIT");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}

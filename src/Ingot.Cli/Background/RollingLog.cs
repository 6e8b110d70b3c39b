using System.Text;

namespace Ingot.Cli.Background;

/// <summary>
/// A log file of bounded size: when it is full it becomes <c>….1</c>, that becomes <c>….2</c>, and the oldest goes. A full
/// disk costs lines, never the service. Thread-safe; other processes may read along.
/// </summary>
internal sealed class RollingLog : TextWriter
{
    /// <summary>How long a log gets before the next is begun.</summary>
    public const long DefaultMaxBytes = 4 << 20;

    private const int OlderFiles = 2;

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly long _maxBytes;
    private FileStream? _file;

    /// <summary>Goes on in the log there is.</summary>
    /// <param name="path">The log; its folder is made.</param>
    /// <param name="maxBytes">How long it may get.</param>
    public RollingLog(string path, long maxBytes = DefaultMaxBytes)
    {
        (_path, _maxBytes) = (path, maxBytes);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = Open();
    }

    /// <inheritdoc/>
    public override Encoding Encoding => Encoding.UTF8;

    /// <inheritdoc/>
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + '\n');

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value ?? "");
        lock (_lock)
        {
            try
            {
                if (_file is { Length: var length } && length > 0 && length + bytes.Length > _maxBytes)
                    Roll();
                _file ??= Open();
                _file.Write(bytes);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Nowhere is left to say it; the next line tries again.
                _file?.Dispose();
                _file = null;
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _file?.Dispose();
        base.Dispose(disposing);
    }

    private void Roll()
    {
        _file?.Dispose();
        _file = null;
        for (int age = OlderFiles; age > 0; age--)
        {
            string younger = age == 1 ? _path : $"{_path}.{age - 1}";
            if (File.Exists(younger))
                File.Move(younger, $"{_path}.{age}", overwrite: true);
        }
    }

    // Unbuffered: what is written is there, whatever becomes of the process.
    private FileStream Open() => new(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
}

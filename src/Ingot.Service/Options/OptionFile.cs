using System.Text;
using System.Text.Json;
using Ingot.Errors;
using Ingot.Models.Store;

namespace Ingot.Service.Options;

/// <summary>The configuration file's text, changed a key at a time: people write comments in it, which must not get lost.</summary>
internal sealed class OptionFile
{
    private const int MaxBytes = 1024 * 1024;

    private static readonly JsonReaderOptions Json = new() { MaxDepth = 8, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly string _path;
    private readonly byte[] _text;
    private readonly List<Member> _members = [];
    private readonly int _close;

    private OptionFile(string path, byte[] text)
    {
        (_path, _text) = (path, text);
        try
        {
            _close = Scan();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new IngotException(ErrorCode.InvalidValue, $"{path} does not hold one JSON object, so it cannot be changed; mend or remove it.", null, exception);
        }
    }

    /// <summary>The keys it has.</summary>
    internal IReadOnlyCollection<string> Keys => [.. _members.Select(member => member.Name)];

    /// <summary>Reads a file; one that does not exist counts as an empty object.</summary>
    /// <exception cref="IngotException">It cannot be read, or is no JSON object.</exception>
    internal static OptionFile Read(string path)
    {
        try
        {
            // What a link leads to tells its length.
            var file = new FileInfo(path);
            if (file.LinkTarget is not null)
                file = (FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!;
            if (!file.Exists)
                return new OptionFile(path, "{\n}\n"u8.ToArray());
            if (file.Length > MaxBytes)
                throw new IngotException(ErrorCode.InvalidValue, $"{path} is larger than {MaxBytes} bytes.");
            return new OptionFile(path, File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.InvalidValue, $"{path} cannot be read: {exception.Message}", null, exception);
        }
    }

    /// <summary>The file with a key's value replaced, or with the key added at the end.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value as JSON.</param>
    internal OptionFile Set(string key, string value)
    {
        if (_members.FindLast(member => member.Name == key) is { Name: not null } member)
            return With([.. _text[..member.ValueStart], .. Encoding.UTF8.GetBytes(value), .. _text[member.ValueEnd..]]);
        var newLine = _text.AsSpan().IndexOf("\r\n"u8) >= 0 ? "\r\n" : "\n";
        var contentEnd = _close;
        while (contentEnd > 0 && IsSpace(_text[contentEnd - 1]))
            contentEnd--;
        var added = $"{newLine}{Indentation()}\"{key}\": {value}{newLine}";
        if (_members is not [.., var last])
            return With([.. _text[..contentEnd], .. Encoding.UTF8.GetBytes(added), .. _text[_close..]]);
        var comma = FindComma(last.ValueEnd) is null ? ","u8 : [];
        return With([.. _text[..last.ValueEnd], .. comma, .. _text[last.ValueEnd..contentEnd], .. Encoding.UTF8.GetBytes(added), .. _text[_close..]]);
    }

    /// <summary>The file without a key.</summary>
    internal OptionFile Remove(string key)
    {
        var index = _members.FindIndex(member => member.Name == key);
        if (index < 0)
            return this;
        var member = _members[index];
        var comma = FindComma(member.ValueEnd) ?? (index > 0 ? FindComma(_members[index - 1].ValueEnd) : null);
        var (start, end) = (member.Start, member.ValueEnd);
        if (comma == end)
            end++;
        // Nothing else on its lines: the lines go too.
        var (lineStart, lineEnd) = (start, end);
        while (lineStart > 0 && _text[lineStart - 1] is (byte)' ' or (byte)'\t')
            lineStart--;
        while (lineEnd < _text.Length && _text[lineEnd] is (byte)' ' or (byte)'\t' or (byte)'\r')
            lineEnd++;
        if (lineStart > 0 && _text[lineStart - 1] == '\n' && lineEnd < _text.Length && _text[lineEnd] == '\n')
            (start, end) = (lineStart, lineEnd + 1);
        var kept = new List<byte>(_text.Length);
        for (var i = 0; i < _text.Length; i++)
        {
            if ((i < start || i >= end) && i != comma)
                kept.Add(_text[i]);
        }

        // A key may have been given more than once; reading takes the last.
        return With([.. kept]).Remove(key);
    }

    /// <summary>Writes it whole or not at all.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.Conflict"/> when it cannot be written.</exception>
    internal void Write()
    {
        try
        {
            // It may hold the hub's token.
            AtomicFile.Write(_path, _text, FileReaders.AsBefore);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.Conflict, $"{_path} cannot be written: {exception.Message}", null, exception);
        }
    }

    private static bool IsSpace(byte letter) => letter is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private OptionFile With(byte[] text) => new(_path, text);

    private int Scan()
    {
        var start = _text.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        var reader = new Utf8JsonReader(_text.AsSpan(start), Json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var at = (int)reader.TokenStartIndex;
            reader.Read();
            var value = (int)reader.TokenStartIndex;
            reader.Skip();
            _members.Add(new Member(name, start + at, start + value, start + (int)reader.BytesConsumed));
        }

        var close = start + (int)reader.TokenStartIndex;
        while (reader.Read())
        {
        }

        return close;
    }

    private string Indentation()
    {
        if (_members is not [.., var last])
            return "  ";
        var lineStart = last.Start;
        while (lineStart > 0 && _text[lineStart - 1] is (byte)' ' or (byte)'\t')
            lineStart--;
        return lineStart > 0 && _text[lineStart - 1] == '\n' ? Encoding.UTF8.GetString(_text[lineStart..last.Start]) : "  ";
    }

    /// <summary>The comma that follows a value, past space and comments; null when there is none before what comes next.</summary>
    private int? FindComma(int from)
    {
        for (var i = from; i < _close; i++)
        {
            if (_text[i] == ',')
                return i;
            if (IsSpace(_text[i]))
                continue;
            if (_text[i] != '/')
                return null;
            var rest = _text.AsSpan(i);
            i += _text[i + 1] == '*' ? rest.IndexOf("*/"u8) + 1 : rest.IndexOf((byte)'\n');
        }

        return null;
    }

    private readonly record struct Member(string Name, int Start, int ValueStart, int ValueEnd);
}

using System.Security.Cryptography;
using Ingot.Errors;

namespace Ingot.Compiler.Output;

/// <summary>
/// An output folder that is either whole or not there: files are made in a sibling folder, which takes the name in one
/// step at the end and is removed when it never comes to that. Not thread-safe.
/// </summary>
internal sealed class StagedFolder : IDisposable
{
    private const string ModelMark = "genai_config.json";

    private readonly string _target;
    private bool _isCommitted;

    private StagedFolder(string target)
    {
        _target = target;
        Path = $"{target}.partial-{Suffix()}";
        Directory.CreateDirectory(Path);
    }

    /// <summary>Where the files are made.</summary>
    public string Path { get; }

    /// <summary>Checks that the output may be written, without touching anything.</summary>
    /// <param name="output">The folder that is wanted.</param>
    /// <param name="source">The folder that is read, if any: it may not be what is overwritten.</param>
    /// <param name="overwrite">Whether a model already there may be replaced.</param>
    /// <returns>The output's full path.</returns>
    public static string Check(string output, string? source, bool overwrite)
    {
        if (string.IsNullOrWhiteSpace(output)) throw Refuse("The output folder is missing.");
        var target = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(output));
        if (System.IO.Path.GetFileName(target).Length == 0) throw Refuse($"{target} cannot be an output folder.");
        if (File.Exists(target)) throw Refuse($"{target} is a file, not a folder.");
        if (source is not null && IsSameOrInside(System.IO.Path.GetFullPath(source), target))
            throw Refuse($"The output folder {target} holds the folder that is compiled.");
        if (!Directory.Exists(target) || !Directory.EnumerateFileSystemEntries(target).Any()) return target;
        if (!overwrite) throw Refuse($"The output folder {target} is not empty.");
        if (!File.Exists(System.IO.Path.Combine(target, ModelMark)))
            throw Refuse($"The output folder {target} holds something that is not a model; it is not overwritten.");
        return target;
    }

    /// <summary>Makes the staging folder beside a checked target.</summary>
    public static StagedFolder Create(string target) => new(target);

    /// <summary>Gives the staged folder its name; what had the name before is gone afterwards.</summary>
    public void Commit()
    {
        if (!Directory.Exists(_target))
        {
            Directory.Move(Path, _target);
            _isCommitted = true;
            return;
        }
        var old = $"{_target}.old-{Suffix()}";
        Directory.Move(_target, old);
        try
        {
            Directory.Move(Path, _target);
            _isCommitted = true;
        }
        finally
        {
            if (!_isCommitted) Directory.Move(old, _target);
        }
        Directory.Delete(old, recursive: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isCommitted && Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
    }

    private static bool IsSameOrInside(string path, string folder)
    {
        var relative = System.IO.Path.GetRelativePath(folder, path);
        return relative == "." || !(relative == ".." || relative.StartsWith($"..{System.IO.Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            || System.IO.Path.IsPathRooted(relative));
    }

    private static string Suffix() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    private static IngotException Refuse(string message) => new(ErrorCode.InvalidValue, message, "output");
}

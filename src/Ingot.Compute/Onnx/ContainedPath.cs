using Ingot.Errors;

namespace Ingot.Compute.Onnx;

/// <summary>Turns a file name found in a model into a real path that is certain to lie inside the model's folder.</summary>
internal static class ContainedPath
{
    // As many links as Linux itself follows before it calls a path circular.
    private const int MaxLinks = 40;

    /// <summary>The real path, links followed, of <paramref name="relative"/> under <paramref name="baseFolder"/>.</summary>
    /// <param name="modelFolder">The folder that the result must be inside.</param>
    /// <param name="baseFolder">The folder the name is relative to.</param>
    /// <param name="relative">The name as the model gives it; not trusted.</param>
    /// <param name="subject">What names the file, to begin the message with: "Tensor 'w' of model.onnx".</param>
    /// <exception cref="IngotException">ModelInvalid: the name is not a plain relative path, or leads out of the folder.</exception>
    public static string Resolve(string modelFolder, string baseFolder, string relative, string subject)
    {
        if (!IsPlainRelative(relative))
            throw new IngotException(ErrorCode.ModelInvalid,
                $"{subject} names the file '{Printable(relative)}', which is not a plain relative path inside the model folder.");

        var root = RealPath(Path.GetFullPath(modelFolder), subject);
        var real = RealPath(Path.Combine(Path.GetFullPath(baseFolder), relative), subject);
        return IsInside(root, real) ? real : throw Outside(Printable(relative), subject);
    }

    /// <summary>The real path of a file that must itself be inside the folder.</summary>
    public static string Check(string modelFolder, string path, string subject)
    {
        var real = RealPath(Path.GetFullPath(path), subject);
        return IsInside(RealPath(Path.GetFullPath(modelFolder), subject), real) ? real : throw Outside(Path.GetFileName(path), subject);
    }

    /// <summary>A name that is safe to put into a message: control characters replaced, long ones cut.</summary>
    public static string Printable(string name)
    {
        var shown = name.Length <= 120 ? name : string.Concat(name.AsSpan(0, 117), "...");
        return string.Create(shown.Length, shown, static (span, text) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(text[i]) || char.IsSurrogate(text[i]) ? '?' : text[i];
        });
    }

    private static IngotException Outside(string name, string subject) =>
        new(ErrorCode.ModelInvalid, $"{subject} names the file '{name}', which leads out of the model folder.");

    private static bool IsPlainRelative(string name)
    {
        // Colons are drives and alternate streams on Windows; a model that uses one would not be portable anyway.
        if (name.Length == 0 || name.AsSpan().ContainsAny('\0', ':') || name[0] is '/' or '\\' || Path.IsPathRooted(name))
            return false;
        foreach (var segment in name.Split('/', '\\'))
        {
            if (segment is "..")
                return false;
        }

        return true;
    }

    private static bool IsInside(string folder, string path)
    {
        var comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        var prefix = Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar;
        return path.StartsWith(prefix, comparison);
    }

    // Component by component: resolving only the last one would miss a link in the middle.
    private static string RealPath(string absolute, string subject)
    {
        var current = Path.GetPathRoot(absolute) ?? "/";
        var pending = new Stack<string>();
        Push(pending, absolute[current.Length..]);
        var links = 0;
        while (pending.TryPop(out var segment))
        {
            if (segment is "..")
            {
                current = Path.GetDirectoryName(current) ?? current;
                continue;
            }

            var next = Path.Combine(current, segment);
            var target = LinkTarget(next);
            if (target is null)
            {
                current = next;
                continue;
            }

            if (++links > MaxLinks)
                throw new IngotException(ErrorCode.ModelInvalid, $"{subject} names a file behind too many symbolic links.");
            if (Path.IsPathRooted(target))
            {
                current = Path.GetPathRoot(target) ?? "/";
                target = target[current.Length..];
            }

            Push(pending, target);
        }

        return current;
    }

    private static string? LinkTarget(string path)
    {
        FileSystemInfo entry = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        return entry.LinkTarget;
    }

    private static void Push(Stack<string> pending, string path)
    {
        var segments = path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        foreach (var segment in segments.Reverse())
        {
            if (segment is not ".")
                pending.Push(segment);
        }
    }
}

using Ingot.Errors;

namespace Ingot.Models.Download;

/// <summary>A path inside a folder: names with <c>/</c> between them, each a <see cref="SafeName"/>. It cannot lead out.</summary>
internal sealed record SafePath
{
    private const int MaxDepth = 8;

    private readonly string[] _names;

    private SafePath(string text, string[] names) => (Text, _names) = (text, names);

    /// <summary>The path with <c>/</c> between its names.</summary>
    internal string Text { get; }

    /// <summary>Checks a path.</summary>
    /// <param name="text">The path.</param>
    /// <param name="what">What it is, to begin the refusal with.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/>.</exception>
    internal static SafePath Parse(string text, string what)
    {
        var names = text.Split('/');
        if (names.Length > MaxDepth)
            throw new IngotException(ErrorCode.InvalidValue, $"{what} '{SafeName.Shown(text)}' is more than {MaxDepth} folders deep.");
        foreach (var name in names)
        {
            if (SafeName.Fault(name) is { } fault)
                throw new IngotException(ErrorCode.InvalidValue, $"{what} '{SafeName.Shown(text)}' is refused: '{SafeName.Shown(name)}' {fault}.");
        }

        return new SafePath(text, names);
    }

    /// <summary>Where the path is when it starts in a folder.</summary>
    internal string In(string folder) => Path.Combine([folder, .. _names]);

    /// <summary>
    /// Refuses paths that some file systems cannot keep apart: equal but for letter case, or one a folder of the other.
    /// </summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/>.</exception>
    internal static void CheckDistinct(IEnumerable<SafePath> paths)
    {
        var files = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var folders = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var path in paths)
        {
            if (!files.Add(path.Text))
                throw Collision(path.Text);
            for (var end = path.Text.LastIndexOf('/'); end > 0; end = path.Text.LastIndexOf('/', end - 1))
            {
                var folder = path.Text[..end];
                if (folders.TryGetValue(folder, out var spelling) && spelling != folder)
                    throw Collision(path.Text);
                folders[folder] = folder;
            }
        }

        if (files.FirstOrDefault(folders.ContainsKey) is { } both)
            throw Collision(both);
    }

    /// <inheritdoc/>
    public bool Equals(SafePath? other) => other is not null && other.Text == Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static IngotException Collision(string path) =>
        new(ErrorCode.InvalidValue, $"The file list names '{path}' twice, letter case aside, or as both a file and a folder.");
}

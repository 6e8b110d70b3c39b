using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Ingot.Errors;
using Ingot.Models.Catalog;

namespace Ingot.Models.Download;

/// <summary>
/// Names a model in a Hugging Face repository: <c>hf:owner/name[@revision][:path]</c>. It can stand wherever a model is
/// named; a model downloaded by it carries it as its address.
/// </summary>
public sealed record HubReference
{
    /// <summary>What such a name begins with, in any letter case.</summary>
    public const string Prefix = "hf:";

    private const int MaxRepositoryName = 96;
    private const int MaxRevision = 200;
    private const int MaxFolderName = 150;

    private HubReference(string owner, string name, string? revision, string? path) =>
        (Owner, Name, Revision, Path) = (owner, name, revision, path);

    /// <summary>The user or organisation.</summary>
    public string Owner { get; }

    /// <summary>The repository's name.</summary>
    public string Name { get; }

    /// <summary>A branch, tag or commit; null means <c>main</c>.</summary>
    public string? Revision { get; }

    /// <summary>The folder inside the repository, with <c>/</c> between names; null means its root.</summary>
    public string? Path { get; }

    /// <summary>Whether a text means to be such a name: it begins with <see cref="Prefix"/>.</summary>
    /// <param name="text">The text.</param>
    public static bool IsMeant(string text) => text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a name.</summary>
    /// <param name="text">The name, with its prefix.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/>, saying which part is wrong.</exception>
    public static HubReference Parse(string text)
    {
        if (!IsMeant(text))
            throw Refusal(text, $"does not begin with '{Prefix}'");
        var repository = text[Prefix.Length..];
        var path = CutAfter(ref repository, ':');
        var revision = CutAfter(ref repository, '@');
        if (repository.Split('/') is not [var owner, var name])
            throw Refusal(text, "is not of the form hf:owner/name[@revision][:path]");
        if (RepositoryFault(owner) is { } ownerFault)
            throw Refusal(text, $"has an owner that {ownerFault}");
        if (RepositoryFault(name) is { } nameFault)
            throw Refusal(text, $"has a repository name that {nameFault}");
        if (revision is not null && !IsRevision(revision))
            throw Refusal(text, "has a revision that is no branch, tag or commit");
        if (path is not null)
            SafePath.Parse(path, "The folder in a Hugging Face name");
        return new HubReference(owner, name, revision, path);
    }

    /// <summary>As <see cref="Parse"/>, with false for what is no such name.</summary>
    /// <param name="text">The text.</param>
    /// <param name="reference">What it names.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out HubReference? reference)
    {
        reference = null;
        if (!IsMeant(text))
            return false;
        try
        {
            reference = Parse(text);
            return true;
        }
        catch (IngotException)
        {
            return false;
        }
    }

    /// <summary>The catalog entry that stands for the repository before anything of it is known.</summary>
    public ModelEntry ToEntry() => new()
    {
        Name = FolderName(),
        Alias = Name,
        DisplayName = $"{Owner}/{Name}",
        ProviderType = "HuggingFace",
        Uri = ToString(),
        Publisher = Owner,
    };

    /// <summary>Whether two names mean the same model; the hub's names differ by more than letter case.</summary>
    /// <param name="uri">An entry's address.</param>
    public bool IsAddress(string uri) => string.Equals(uri, ToString(), StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Prefix}{Owner}/{Name}{(Revision is null ? "" : "@" + Revision)}{(Path is null ? "" : ":" + Path)}";

    // The owner is part of it: two owners' repositories of one name are two models.
    private string FolderName()
    {
        var parts = new List<string> { Owner, Name };
        if (Path is not null)
            parts.AddRange(Path.Split('/'));
        if (Revision is not null)
            parts.AddRange(Revision.Split('/'));
        var name = string.Join("--", parts);
        if (name.Length <= MaxFolderName)
            return name;
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        return $"{name[..(MaxFolderName - 18)].TrimEnd('.', ' ')}--{digest[..16]}";
    }

    private static string? CutAfter(ref string text, char mark)
    {
        var at = text.IndexOf(mark, StringComparison.Ordinal);
        if (at < 0)
            return null;
        var after = text[(at + 1)..];
        text = text[..at];
        return after;
    }

    private static string? RepositoryFault(string name)
    {
        if (name.Length is 0 or > MaxRepositoryName)
            return $"is empty or longer than {MaxRepositoryName} characters";
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
            return "has other characters than letters, digits, '.', '_' and '-'";
        if (name[0] is '.' or '-' || name[^1] is '.' or '-' || name.Contains("..", StringComparison.Ordinal))
            return "begins or ends with '.' or '-', or has '..'";
        return SafeName.Fault(name);
    }

    private static bool IsRevision(string revision) =>
        revision.Length is > 0 and <= MaxRevision
        && revision.Split('/').All(part => part.Length > 0 && part[0] is not ('.' or '-') && part[^1] != '.'
            && !part.Contains("..", StringComparison.Ordinal) && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '+'));

    private static IngotException Refusal(string text, string fault) =>
        new(ErrorCode.InvalidValue, $"The Hugging Face name '{SafeName.Shown(text)}' {fault}.", "model");
}

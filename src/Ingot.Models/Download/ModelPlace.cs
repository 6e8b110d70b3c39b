using Ingot.Errors;
using Ingot.Models.Catalog;

namespace Ingot.Models.Download;

/// <summary>
/// Where a model belongs in the cache, and where it grows until it is whole: the one type that makes such paths.
/// Everything unfinished lies below a folder that no list of models looks into.
/// </summary>
internal sealed record ModelPlace
{
    /// <summary>The folder of unfinished downloads, directly below the cache.</summary>
    internal const string UnfinishedFolder = ".downloads";

    private const string UnknownPublisher = "Local";

    private readonly string _cache;
    private readonly SafeName _publisher;
    private readonly SafeName _name;

    private ModelPlace(string cache, SafeName publisher, SafeName name) => (_cache, _publisher, _name) = (cache, publisher, name);

    /// <summary>The finished model's folder: <c>{cache}/{Publisher}/{name}-{version}</c>.</summary>
    internal string Final => Path.Combine(_cache, _publisher.Value, _name.Value);

    /// <summary>Everything of an unfinished download.</summary>
    internal string Staging => Path.Combine(_cache, UnfinishedFolder, _publisher.Value, _name.Value);

    /// <summary>The files as they come in.</summary>
    internal string Content => Path.Combine(Staging, "content");

    /// <summary>The model made from <see cref="Content"/> where that is a checkpoint.</summary>
    internal string Compiled => Path.Combine(Staging, "compiled");

    /// <summary>Which parts of the files are there.</summary>
    internal string Journal => Path.Combine(Staging, "journal");

    /// <summary>Held by the one process that works on the model. The file stays when the work is done: removing it would let two hold it.</summary>
    internal string LockFile => Path.Combine(_cache, UnfinishedFolder, _publisher.Value, _name.Value + ".lock");

    /// <summary>The place of a model.</summary>
    /// <param name="cache">The cache folder, absolute.</param>
    /// <param name="entry">The model.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/> when its name or publisher is not fit for a folder.</exception>
    internal static ModelPlace Of(string cache, ModelEntry entry)
    {
        var publisher = string.IsNullOrWhiteSpace(entry.Publisher) ? UnknownPublisher : entry.Publisher.Trim();
        return new ModelPlace(cache, FolderName(publisher, "The publisher's name"), FolderName($"{entry.Name}-{entry.Version}", "The model's name"));
    }

    /// <summary>As <see cref="Of"/>, with null for a model that can have no place in the cache.</summary>
    internal static ModelPlace? OfOrNull(string cache, ModelEntry entry)
    {
        try
        {
            return Of(cache, entry);
        }
        catch (IngotException)
        {
            return null;
        }
    }

    private static SafeName FolderName(string text, string what) => text.StartsWith('.')
        ? throw new IngotException(ErrorCode.InvalidValue, $"{what} '{SafeName.Shown(text)}' begins with a dot.")
        : SafeName.Parse(text, what);
}

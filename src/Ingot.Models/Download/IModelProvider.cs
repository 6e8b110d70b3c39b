using Ingot.Errors;
using Ingot.Models.Catalog;

namespace Ingot.Models.Download;

/// <summary>A kind of source that models are fetched from.</summary>
internal interface IModelProvider
{
    /// <summary>Lists a model's files with their sizes and hashes.</summary>
    /// <param name="entry">The model.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IngotException">The source refuses, is down, or lists what cannot be a model; the message says what to do.</exception>
    Task<RemoteListing> ListAsync(ModelEntry entry, CancellationToken cancellationToken);

    /// <summary>
    /// Words the source's refusal of a model's file; null where its status says all. An <see cref="ExpiredAddress"/> where
    /// listing again helps.
    /// </summary>
    Exception? Explain(ModelEntry entry, HttpResponseMessage response);
}

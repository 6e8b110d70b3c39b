using Ingot.Protocol.Models;
using Ingot.Service.Providers;

namespace Ingot.Server.Mapping;

/// <summary>The models that live elsewhere, as lists show them; none where the service cannot send requests there.</summary>
/// <param name="books">The list of them, if there is one.</param>
internal sealed class ModelsElsewhere(IEnumerable<ProviderBook> books)
{
    /// <summary>All of them.</summary>
    public IEnumerable<ProvidedModel> All => books.SelectMany(book => book.Models);

    /// <summary>The one a name means; null when it means none.</summary>
    public ProvidedModel? Find(string name) => books.Select(book => book.Find(name)).FirstOrDefault(found => found is not null);

    /// <summary>Maps one. What it can do only its provider knows.</summary>
    public static ModelObject ToWire(ProvidedModel provided) =>
        new(provided.Model.LocalName, 0, provided.Provider.Owner, provided.Model.Name, null, null, null, []);
}

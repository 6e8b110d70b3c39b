using System.Text.Json;
using Ingot.Errors;
using Ingot.Models.Catalog;

namespace Ingot.Service.Providers;

/// <summary>Adds and removes models that live elsewhere.</summary>
/// <param name="book">The list of them.</param>
/// <param name="catalog">The models of this machine, whose names no other may have.</param>
public sealed class ProviderService(ProviderBook book, ModelCatalog catalog)
{
    /// <summary>
    /// Adds a provider, or to the one of that name what it does not have yet: models and addresses join its own, what else is given
    /// takes the place of what was.
    /// </summary>
    /// <param name="addition">What is to be added; of a known provider models and addresses may be absent.</param>
    /// <param name="isOwner">
    /// Whether this user asks. Others may name no key, and change nothing that prompts or a key go to: they may add providers without a key,
    /// and models of those at addresses they have already.
    /// </param>
    /// <param name="cancellationToken">Gives up before anything is changed.</param>
    /// <returns>Whether anything changed.</returns>
    /// <exception cref="IngotException">
    /// <see cref="ErrorCode.InvalidValue"/>, <see cref="ErrorCode.Conflict"/> for a name that is taken, or <see cref="ErrorCode.Forbidden"/>.
    /// </exception>
    public async Task<bool> AddAsync(ModelProvider addition, bool isOwner, CancellationToken cancellationToken)
    {
        foreach (var model in addition.Models)
            await RefuseKnownAsync(model.LocalName, cancellationToken);
        if (!isOwner && (addition.Key is not null || addition.AllowsPlainHttp))
            throw Forbidden("Where a key is may be said by this machine's user alone: with 'foundry provider add', or on the service's local pipe.");

        var isChanged = false;
        await book.ChangeAsync(
            providers =>
            {
                var known = providers.FirstOrDefault(provider => IsNamed(provider, addition.Name));
                if (known is null)
                {
                    isChanged = true;
                    return [.. providers, addition];
                }

                var merged = Merge(known, addition);
                isChanged = !AreSame(known, merged);
                if (isChanged && !isOwner)
                    RefuseChange(known, merged);
                return [.. providers.Select(provider => provider == known ? merged : provider)];
            },
            cancellationToken);
        return isChanged;
    }

    /// <summary>Removes a provider with all its models.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up waiting for another change.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.NotFound"/> when there is none, <see cref="ErrorCode.Conflict"/> when the list cannot be written.</exception>
    public Task RemoveAsync(string name, CancellationToken cancellationToken) =>
        book.ChangeAsync(providers => [.. providers.Except([Find(providers, name)])], cancellationToken);

    /// <summary>Removes models and addresses of a provider.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="models">Models by their names here or there.</param>
    /// <param name="addresses">Addresses as they are listed.</param>
    /// <param name="cancellationToken">Gives up waiting for another change.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.NotFound"/> for what it does not have, <see cref="ErrorCode.InvalidValue"/> when nothing would be left.</exception>
    public Task RemoveAsync(string name, IReadOnlyList<string> models, IReadOnlyList<Uri> addresses, CancellationToken cancellationToken) =>
        book.ChangeAsync(providers => Without(providers, name, models, addresses), cancellationToken);

    /// <summary>Finds a provider.</summary>
    /// <param name="name">Its name, letter case aside.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.NotFound"/>.</exception>
    public ModelProvider Find(string name) => Find(book.Providers, name);

    private static ModelProvider[] Without(IReadOnlyList<ModelProvider> providers, string name, IReadOnlyList<string> models, IReadOnlyList<Uri> addresses)
    {
        var known = Find(providers, name);
        if (models.FirstOrDefault(model => !known.Models.Any(own => IsNamed(own, model))) is { } model)
            throw new IngotException(ErrorCode.NotFound, $"Provider '{known.Name}' has no model '{model}' here.", "model");
        if (addresses.FirstOrDefault(address => !known.Addresses.Any(own => IsAt(own, address))) is { } address)
            throw new IngotException(ErrorCode.NotFound, $"Provider '{known.Name}' has no address {address}.", "address");
        var rest = known with
        {
            Models = [.. known.Models.Where(own => !models.Any(gone => IsNamed(own, gone)))],
            Addresses = [.. known.Addresses.Where(own => !addresses.Any(gone => IsAt(own, gone)))],
        };
        return [.. providers.Select(provider => provider == known ? rest : provider)];
    }

    private static ModelProvider Find(IReadOnlyList<ModelProvider> providers, string name) =>
        providers.FirstOrDefault(provider => IsNamed(provider, name))
        ?? throw new IngotException(ErrorCode.NotFound, $"There is no provider '{name}'; 'foundry provider list' lists them.", "name");

    private static ModelProvider Merge(ModelProvider known, ModelProvider addition) => known with
    {
        DisplayName = addition.DisplayName ?? known.DisplayName,
        Addresses = [.. known.Addresses, .. addition.Addresses.Where(address => !known.Addresses.Any(own => IsAt(own, address)))],
        Models =
        [
            .. known.Models.Select(own => addition.Models.FirstOrDefault(given => given.Name == own.Name && given.Alias is not null) ?? own),
            .. addition.Models.Where(given => known.Models.All(own => own.Name != given.Name)),
        ],
        Key = addition.Key ?? known.Key,
        HasResponses = addition.HasResponses ?? known.HasResponses,
        AllowsPlainHttp = addition.AllowsPlainHttp || known.AllowsPlainHttp,
    };

    private static void RefuseChange(ModelProvider known, ModelProvider merged)
    {
        if (known.Key is not null || merged.Addresses.Count > known.Addresses.Count || known.Models.Any(model => !merged.Models.Contains(model)))
            throw Forbidden($"There is a provider '{known.Name}' already; its addresses and names, and all of it if it has a key, change with 'foundry provider add' or on the service's local pipe.");
    }

    private async Task RefuseKnownAsync(string model, CancellationToken cancellationToken)
    {
        // Names with empty sides are refused by the list's own rules.
        if (model.Length > 0 && book.Find(model) is null && await catalog.FindOrDefaultAsync(model, cancellationToken) is { } entry)
            throw new IngotException(ErrorCode.Conflict, $"'{model}' is the name of a model of this machine's catalog ({entry.Id}); give the provider's an alias.", "model");
    }

    private static bool IsNamed(ModelProvider provider, string name) => provider.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static bool IsNamed(ProviderModel model, string name) => model.LocalName.Equals(name, StringComparison.OrdinalIgnoreCase) || model.Name == name;

    private static bool IsAt(Uri own, Uri other) => own.AbsoluteUri.TrimEnd('/') == other.AbsoluteUri.TrimEnd('/');

    private static bool AreSame(ModelProvider left, ModelProvider right) =>
        JsonSerializer.SerializeToUtf8Bytes(new ProviderList([left]), ProviderJson.Default.ProviderList)
            .AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(new ProviderList([right]), ProviderJson.Default.ProviderList));

    private static IngotException Forbidden(string message) => new(ErrorCode.Forbidden, message);
}

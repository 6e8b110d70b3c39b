using System.Collections.Frozen;

namespace Ingot.Service.Providers;

/// <summary>The providers at one time, and which model each name means.</summary>
internal sealed class ProviderNames
{
    /// <summary>No provider.</summary>
    public static readonly ProviderNames None = new([]);

    private readonly FrozenDictionary<string, ProvidedModel> _models;

    /// <summary>Keeps providers whose names differ, as their models' do.</summary>
    public ProviderNames(IReadOnlyList<ModelProvider> providers)
    {
        Providers = providers;
        Models = [.. providers.SelectMany(provider => provider.Models.Select(model => new ProvidedModel(provider, model)))];
        _models = Models.ToFrozenDictionary(provided => provided.Model.LocalName, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The providers, in the order in which they were added.</summary>
    public IReadOnlyList<ModelProvider> Providers { get; }

    /// <summary>All of their models.</summary>
    public IReadOnlyList<ProvidedModel> Models { get; }

    /// <summary>The model a name means; null when it means none of these.</summary>
    public ProvidedModel? Find(string model) => _models.GetValueOrDefault(model);
}

using System.Text.Json.Serialization;

namespace Ingot.Service.Providers;

/// <summary>Another service of OpenAI's API, and what of its models can be asked for here.</summary>
public sealed record ModelProvider
{
    /// <summary>Its name here: 1 to 64 letters, digits, dots, dashes and underscores; letter case does not count.</summary>
    public required string Name { get; init; }

    /// <summary>What lists show as the models' owner; null means <see cref="Name"/>.</summary>
    public string? DisplayName { get; init; }

    /// <summary>
    /// Where its API begins, such as <c>https://api.example.com/v1</c>: 1 to 32 addresses without query, fragment or user. Several
    /// are replicas: each has every one of the models.
    /// </summary>
    public required IReadOnlyList<Uri> Addresses { get; init; }

    /// <summary>Its models that can be asked for here, 1 to 256.</summary>
    public required IReadOnlyList<ProviderModel> Models { get; init; }

    /// <summary>Where its key is; null where it needs none.</summary>
    public ProviderKey? Key { get; init; }

    /// <summary>Whether it answers <c>/responses</c> itself; null where that is found out by asking.</summary>
    public bool? HasResponses { get; init; }

    /// <summary>Whether plain HTTP may go to addresses that are neither this machine's nor of a private network. Default false.</summary>
    public bool AllowsPlainHttp { get; init; }

    /// <summary>What the models' owner is called.</summary>
    [JsonIgnore]
    public string Owner => DisplayName ?? Name;
}

/// <summary>One model of a provider.</summary>
/// <param name="Name">What the provider calls it.</param>
/// <param name="Alias">What it is called here; null means <see cref="Name"/>.</param>
public sealed record ProviderModel(string Name, string? Alias = null)
{
    /// <summary>What a request names to get it; letter case does not count.</summary>
    [JsonIgnore]
    public string LocalName => Alias ?? Name;
}

/// <summary>Where a provider's key is; never the key. One of the two.</summary>
/// <param name="Variable">The environment variable that holds it, of the service's process.</param>
/// <param name="File">The file that holds it and nothing else, absolute; only this user may read it.</param>
public sealed record ProviderKey(string? Variable = null, string? File = null)
{
    /// <summary>Says where it is.</summary>
    public override string ToString() => Variable is not null ? $"variable {Variable}" : $"file {File}";
}

/// <summary>A model that a name means, and who has it.</summary>
/// <param name="Provider">Who has it.</param>
/// <param name="Model">The model.</param>
public sealed record ProvidedModel(ModelProvider Provider, ProviderModel Model);

using Ingot.Gateway;
using Ingot.Service.Providers;

namespace Ingot.Cli.Output;

/// <summary>A provider of models that live elsewhere, as <c>-o json</c> shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DisplayName">What lists show as its models' owner.</param>
/// <param name="Addresses">Where its API begins; several are replicas.</param>
/// <param name="Models">Its models.</param>
/// <param name="KeyVariable">The environment variable that holds its key.</param>
/// <param name="KeyFile">The file that holds it.</param>
/// <param name="HasResponses">Whether it answers <c>/responses</c> itself; null: found out by asking.</param>
/// <param name="AllowsPlainHttp">Whether plain HTTP may leave private networks.</param>
internal sealed record ModelProviderFacts(
    string Name,
    string? DisplayName,
    IReadOnlyList<string> Addresses,
    IReadOnlyList<ProviderModelFacts> Models,
    string? KeyVariable,
    string? KeyFile,
    bool? HasResponses,
    bool AllowsPlainHttp)
{
    /// <summary>What the running service knows of its addresses; null where no service runs, or it does not tell.</summary>
    public IReadOnlyList<ReplicaFacts>? Replicas { get; init; }

    /// <summary>What is known of a provider.</summary>
    public static ModelProviderFacts Of(ModelProvider provider) => new(
        provider.Name,
        provider.DisplayName,
        [.. provider.Addresses.Select(address => address.AbsoluteUri)],
        [.. provider.Models.Select(model => new ProviderModelFacts(model.LocalName, model.Name))],
        provider.Key?.Variable,
        provider.Key?.File,
        provider.HasResponses,
        provider.AllowsPlainHttp);
}

/// <summary>One of its models.</summary>
/// <param name="Name">What it is called here.</param>
/// <param name="ProviderName">What the provider calls it.</param>
internal sealed record ProviderModelFacts(string Name, string ProviderName);

/// <summary>One of a provider's addresses, as the running service knows it: read of <c>GET /openai/replicas</c>, and shown.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Address">The address; null where a key is too little to be told it.</param>
/// <param name="State"><c>up</c>, <c>full</c> or <c>down</c>.</param>
/// <param name="Reason">Why it is not up.</param>
/// <param name="ActiveRequests">Requests it is working on for the service.</param>
/// <param name="Since">Since when it is in this state, in seconds since 1970 UTC.</param>
internal sealed record ReplicaFacts(string Provider, string? Address, string State, string? Reason, int ActiveRequests, long Since);

/// <summary>What one of a provider's addresses answered.</summary>
/// <param name="Address">The address.</param>
/// <param name="Ok">Whether it answers and has the models.</param>
/// <param name="Milliseconds">How long that took.</param>
/// <param name="Models">How many models it has; null when it did not say.</param>
/// <param name="Missing">Registered models it does not list.</param>
/// <param name="Reason">What is wrong; null when nothing is.</param>
internal sealed record ProbeFacts(string Address, bool Ok, long Milliseconds, int? Models, IReadOnlyList<string> Missing, string? Reason)
{
    /// <summary>What a look at it says.</summary>
    public static ProbeFacts Of(ProviderProbe probe, ModelProvider provider)
    {
        string[] missing = probe.Models is { } listed ? [.. provider.Models.Select(model => model.Name).Where(name => !listed.Any(id => Means(name, id)))] : [];
        string? reason = probe.Reason ?? (missing.Length > 0 ? $"it does not list {string.Join(", ", missing)}" : null);
        return new ProbeFacts(probe.Address.AbsoluteUri, reason is null, (long)probe.Took.TotalMilliseconds, probe.Models?.Count, missing, reason);
    }

    // Servers that list each version of a model take the name alone for the latest: name:1, name:latest.
    private static bool Means(string name, string id) => id.StartsWith(name, StringComparison.Ordinal) && (id.Length == name.Length || id[name.Length] == ':');
}

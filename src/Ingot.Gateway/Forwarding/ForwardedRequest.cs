using Ingot.Service.Providers;

namespace Ingot.Gateway.Forwarding;

/// <summary>A request for a provider, whole.</summary>
/// <param name="Provider">Who has the model.</param>
/// <param name="ProviderModel">What the provider calls the model; the body names it so.</param>
/// <param name="RelativePath">What follows a base address, such as <c>/chat/completions</c>.</param>
/// <param name="Body">The body to send: JSON. Nobody changes it; it may be sent more than once.</param>
internal sealed record ForwardedRequest(ModelProvider Provider, string ProviderModel, string RelativePath, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether it asks for events as they come.</summary>
    public bool IsStream { get; init; }

    /// <summary>
    /// What the model reads, as it stands in the body: the JSON of <c>messages</c>, <c>input</c> or <c>prompt</c>; empty where there is none.
    /// Requests of one conversation begin alike here.
    /// </summary>
    public ReadOnlyMemory<byte> Prompt { get; init; }

    /// <summary>What the request itself says it shares a prompt with (<c>prompt_cache_key</c>); null where it says nothing.</summary>
    public string? CacheKey { get; init; }
}

using Ingot.Gateway.Replicas;
using Ingot.Service.Providers;

namespace Ingot.Gateway.Forwarding;

/// <summary>A request for a provider, whole.</summary>
/// <param name="Provider">Who has the model.</param>
/// <param name="ProviderModel">What the provider calls the model; the body names it so.</param>
/// <param name="RelativePath">What follows a base address, such as <c>/chat/completions</c>.</param>
/// <param name="Body">The body to send: JSON; empty for a request without one. Nobody changes it; it may be sent more than once.</param>
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

    /// <summary>The response that it goes on with, which only the replica has that made it; null for none.</summary>
    public string? Previous { get; init; }

    /// <summary>The provider's address that keeps what it goes on with or asks for; null where that is not known or does not matter.</summary>
    public Uri? KeptAt { get; init; }

    /// <summary>Whether <see cref="KeptAt"/> alone can answer it. Default false.</summary>
    public bool IsBound { get; init; }

    /// <summary>Told which address begins to answer, before its answer goes on; null (default) tells nobody.</summary>
    public Action<Uri>? Begun { get; init; }

    /// <summary>The conversation that it belongs to; null for none.</summary>
    public string? Conversation { get; init; }

    /// <summary>
    /// Whether it may be computed twice when the first replica went away before it began to answer. Default true; false for what may leave
    /// two of something behind: answers that nobody waits for, that are kept in a list, or that a conversation grows by.
    /// </summary>
    public bool MayRepeat { get; init; } = true;

    /// <summary>Whether it makes a response rather than a chat's answer or a completion.</summary>
    public bool IsResponse => RelativePath == "/responses";

    /// <summary>Whether the events of its answer are those of a response.</summary>
    public bool HasResponseEvents => RelativePath.StartsWith("/responses", StringComparison.Ordinal);

    /// <summary>
    /// What it has in common with other requests whose work helps with its own: the conversation, what the request says, or the prompt's
    /// beginning. Null where there is nothing of the kind.
    /// </summary>
    public ulong? PrefixKey =>
        RelativePath == "/embeddings" ? null
        : (Conversation ?? CacheKey) is { } name ? PromptKey.Of(name)
        : PromptKey.Of(Prompt.Span);
}

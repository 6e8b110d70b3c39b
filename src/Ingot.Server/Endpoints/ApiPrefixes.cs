namespace Ingot.Server.Endpoints;

/// <summary>Where OpenAI's API is served: under its own path, and under Foundry Local's. Both are the same handlers.</summary>
internal static class ApiPrefixes
{
    /// <summary>The prefixes, without a slash at the end; OpenAI's own first.</summary>
    public static readonly IReadOnlyList<string> All = ["/v1", "/openai/v1"];
}

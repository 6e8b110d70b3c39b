using Ingot.Engine.Running;
using Ingot.Models.Catalog;
using Ingot.Protocol.Models;

namespace Ingot.Server.Mapping;

/// <summary>The wire's form of a catalog entry.</summary>
internal static class ModelMapper
{
    /// <summary>Maps an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="runner">What computes it, or would; null where nobody has looked.</param>
    public static ModelObject ToWire(ModelEntry entry, RunnerFacts? runner) => new(
        entry.Id,
        entry.CreatedAtUnix,
        entry.Publisher ?? "local",
        entry.Alias,
        entry.ContextLength,
        entry.MaxOutputTokens ?? (entry.Task == "embeddings" ? null : entry.ContextLength),
        entry.SupportsToolCalling,
        ToCapabilities(entry),
        runner?.Runner,
        runner?.Reason);

    // Catalogs write their words with dashes and commas ("tool-calling"), the wire with underscores.
    private static IReadOnlyList<string> ToCapabilities(ModelEntry entry)
    {
        List<string> words = entry.Task == "chat-completion" ? ["chat_completion", "completion"] : [ToWord(entry.Task)];
        if (entry.SupportsToolCalling == true)
            words.Add("tool_calling");
        if (entry.SupportsReasoning == true)
            words.Add("reasoning");
        string[] further = entry.Capabilities?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        words.AddRange(further.Select(ToWord));
        return [.. words.Distinct()];
    }

    private static string ToWord(string word) => word.Replace('-', '_');
}

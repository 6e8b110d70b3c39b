using System.Text.Json;

namespace Ingot.Text.Tests.Constraints.JsonSchema;

/// <summary>One schema of the suite with values that satisfy it and values that do not, or the place it is refused at.</summary>
internal sealed record SuiteCase(string Name, JsonElement Schema, IReadOnlyList<string> Valid, IReadOnlyList<string> Invalid, string? Refused)
{
    public static IReadOnlyList<SuiteCase> All { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Constraints", "JsonSchema", "Suite"), "*.jsonl").Order().SelectMany(Read)];

    private static IEnumerable<SuiteCase> Read(string path) =>
        from line in File.ReadLines(path)
        let entry = JsonElement.Parse(line)
        select new SuiteCase(
            $"{Path.GetFileNameWithoutExtension(path)}: {entry.GetProperty("name").GetString()}",
            entry.GetProperty("schema"),
            Texts(entry, "valid"),
            Texts(entry, "invalid"),
            entry.TryGetProperty("refused", out var place) ? place.GetString() : null);

    private static List<string> Texts(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var values) ? [.. values.EnumerateArray().Select(value => value.GetRawText())] : [];
}

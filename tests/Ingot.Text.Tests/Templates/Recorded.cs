using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ingot.Errors;
using Ingot.Text.Templates;

namespace Ingot.Text.Tests.Templates;

/// <summary>What other implementations answered, and how ours is asked the same.</summary>
internal static class Recorded
{
    public static string Folder { get; } = Path.Combine(FindRepository(), "tests", "oracles", "templates");

    public static TimeProvider Clock { get; } = new FixedClock(new DateTimeOffset(2026, 1, 5, 9, 7, 3, TimeSpan.Zero));

    public static JsonDocument Read(string name) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "vectors", name)));

    /// <summary>The prompt; null when the template refused.</summary>
    public static string? Render(string source, string name, JsonElement context)
    {
        try
        {
            return ChatTemplate.Parse(source, name, clock: Clock).Render(Variables(context)).Text;
        }
        catch (IngotException exception) when (exception.Code is ErrorCode.TemplateFailed or ErrorCode.ModelInvalid)
        {
            return null;
        }
    }

    public static Dictionary<string, TemplateValue> Variables(JsonElement context, bool trusted = false) =>
        context.EnumerateObject().ToDictionary(member => member.Name, member => TemplateValue.FromJson(member.Value, trusted));

    /// <summary>Python's answer where it was recorded because the two oracles disagree, else the one they share.</summary>
    public static JsonElement Expected(JsonElement recorded) =>
        recorded.TryGetProperty("python", out var python) ? python : recorded;

    public static bool Agrees(JsonElement recorded, string? actual)
    {
        var expected = Expected(recorded);
        if (expected.TryGetProperty("error", out _))
            return actual is null;
        return expected.TryGetProperty("output", out var output)
            ? actual == output.GetString()
            : actual is not null && Hash(actual) == expected.GetProperty("sha256").GetString();
    }

    private static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..24];

    private static string FindRepository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Ingot.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the repository was not found");
        return folder;
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => now;
    }
}

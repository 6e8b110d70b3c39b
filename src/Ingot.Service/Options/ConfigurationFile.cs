using System.Text.Json;
using Ingot.Models.Catalog;

namespace Ingot.Service.Options;

/// <summary>Reads options from a JSON file. A key nobody knows is a mistake: silently ignored, a misspelt option would seem set.</summary>
internal static class ConfigurationFile
{
    private const long MaxBytes = 1024 * 1024;

    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 8, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    internal static IngotOptions Apply(string path, IngotOptions options, List<string> mistakes)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaxBytes)
            {
                mistakes.Add($"{path} is larger than {MaxBytes} bytes");
                return options;
            }

            using var document = JsonDocument.Parse(stream, Json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                mistakes.Add($"{path} should hold one JSON object");
                return options;
            }

            foreach (var property in document.RootElement.EnumerateObject())
                options = ApplyProperty(path, property, options, mistakes);
            return options;
        }
        catch (JsonException exception)
        {
            mistakes.Add($"{path} is not valid JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine}");
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, written as an escape, parses and fails when it is read.
            mistakes.Add($"{path} has text that is not Unicode");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            mistakes.Add($"{path} cannot be read: {exception.Message}");
        }

        return options;
    }

    private static IngotOptions ApplyProperty(string path, JsonProperty property, IngotOptions options, List<string> mistakes)
    {
        if (OptionSetting.All.FirstOrDefault(setting => setting.Key == property.Name) is not { } setting)
        {
            var near = NearNames.Of(property.Name, OptionSetting.All.Select(known => known.Key));
            mistakes.Add($"{path} has the unknown key '{property.Name}'{(near is [var name, ..] ? $" (did you mean '{name}'?)" : "")}");
            return options;
        }

        try
        {
            return setting.Apply(options, new OptionText(Texts(setting, property.Value), Path.GetDirectoryName(path)!));
        }
        catch (FormatException exception)
        {
            mistakes.Add($"in {path}, '{setting.Key}' {exception.Message}");
            return options;
        }
    }

    private static IReadOnlyList<string> Texts(OptionSetting setting, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array when setting.IsList => [.. value.EnumerateArray().Select(Text)],
        _ => [Text(value)],
    };

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => throw new FormatException("should be a text, a number, true or false"),
    };
}

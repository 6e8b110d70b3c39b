using System.Text.Json;
using Ingot.Errors;

namespace Ingot.Compiler.Output;

/// <summary>The files of a checkpoint that go with the model as they are: tokenizer, template, configuration, licence.</summary>
internal static class CompanionFiles
{
    private const string Tokenizer = "tokenizer.json";
    private const string TokenizerConfig = "tokenizer_config.json";
    private const string Template = "chat_template.jinja";
    private const long MaxBytes = 256 << 20;

    private static readonly string[] Checked = [Tokenizer, TokenizerConfig, "special_tokens_map.json", "generation_config.json", "config.json"];
    private static readonly string[] LegalPrefixes = ["LICENSE", "LICENCE", "NOTICE"];

    /// <summary>Refuses (ModelInvalid, naming the file) what is missing or is not JSON where it must be.</summary>
    public static void Check(string source)
    {
        if (!File.Exists(Path.Combine(source, Tokenizer)))
            throw new IngotException(ErrorCode.ModelInvalid, $"{source} has no {Tokenizer}; other tokenizer formats are not read.");
        foreach (var name in Checked.Where(name => File.Exists(Path.Combine(source, name))))
            ParseObject(source, name).Dispose();
    }

    /// <summary>Copies what is there; links are followed, since a download cache is made of them.</summary>
    public static void Copy(string source, string target)
    {
        var legal = Directory.EnumerateFiles(source).Select(path => Path.GetFileName(path))
            .Where(name => LegalPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)));
        foreach (var name in Checked.Append(Template).Concat(legal).Where(name => File.Exists(Path.Combine(source, name))))
        {
            using var from = File.OpenRead(Path.Combine(source, name));
            using var to = File.Create(Path.Combine(target, name));
            from.CopyTo(to);
        }
        WriteTemplate(source, target);
    }

    // Older checkpoints keep the template inside tokenizer_config.json; a file of its own is what is read first today.
    private static void WriteTemplate(string source, string target)
    {
        var path = Path.Combine(target, Template);
        if (File.Exists(path) || !File.Exists(Path.Combine(source, TokenizerConfig))) return;
        using var config = ParseObject(source, TokenizerConfig);
        if (config.RootElement.TryGetProperty("chat_template", out var template) && template.ValueKind == JsonValueKind.String)
            File.WriteAllText(path, template.GetString());
    }

    private static JsonDocument ParseObject(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (new FileInfo(path).Length > MaxBytes)
            throw new IngotException(ErrorCode.ModelInvalid, $"{name}: the file is larger than {MaxBytes} bytes.");
        try
        {
            var document = JsonDocument.Parse(File.ReadAllBytes(path));
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            throw new IngotException(ErrorCode.ModelInvalid, $"{name}: not a JSON object.");
        }
        catch (JsonException exception)
        {
            throw new IngotException(ErrorCode.ModelInvalid, $"{name}: not valid JSON (line {(exception.LineNumber ?? 0) + 1}).", inner: exception);
        }
    }
}

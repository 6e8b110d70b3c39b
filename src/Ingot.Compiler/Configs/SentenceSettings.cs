namespace Ingot.Compiler.Configs;

/// <summary>
/// How a checkpoint's token vectors become one vector of the text, as the files of sentence-transformers beside it say:
/// <c>modules.json</c>, the pooling module's <c>config.json</c>, <c>sentence_bert_config.json</c>.
/// </summary>
/// <param name="Pooling"><c>mean</c>, <c>cls</c> or <c>last</c>.</param>
/// <param name="Normalize">Whether the vector is brought to length 1.</param>
/// <param name="MaxTokens">The most tokens of a text, special ones included; null: what the model itself takes.</param>
internal sealed record SentenceSettings(string Pooling, bool Normalize, int? MaxTokens)
{
    private const string ModulesName = "modules.json";
    private const int MaxTokensAllowed = 1 << 24;

    private static readonly (string Field, string Mode)[] PoolingFields =
    [
        ("pooling_mode_cls_token", "cls"), ("pooling_mode_mean_tokens", "mean"), ("pooling_mode_lasttoken", "last"),
        ("pooling_mode_max_tokens", "max"), ("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len"), ("pooling_mode_weightedmean_tokens", "weightedmean"),
    ];

    /// <summary>What a checkpoint without such files gets: the mean, as it is.</summary>
    public static SentenceSettings Default { get; } = new("mean", Normalize: false, MaxTokens: null);

    /// <summary>Whether the folder says that it is for vectors of whole texts.</summary>
    public static bool AreIn(string folder) => File.Exists(Path.Combine(folder, ModulesName));

    /// <summary>Reads a folder's files; what they ask for and is not computed is refused by name.</summary>
    public static SentenceSettings Read(string folder)
    {
        var maxTokens = ReadMaxTokens(folder);
        RefusePrompt(folder);
        if (!AreIn(folder)) return Default with { MaxTokens = maxTokens };
        var pooling = Default.Pooling;
        var normalize = false;
        foreach (var module in JsonFields.ReadList(Path.Combine(folder, ModulesName)))
        {
            var type = module.Text("type") ?? throw module.Missing("type");
            switch (type[(type.LastIndexOf('.') + 1)..])
            {
                case "Transformer":
                    if (module.Text("path") is { Length: > 0 } place and not ".")
                        throw module.Unsupported("path", $"is '{place}'; the transformer must lie in the folder itself");
                    break;
                case "Pooling":
                    pooling = ReadPooling(folder, module);
                    break;
                case "Normalize":
                    normalize = true;
                    break;
                default:
                    throw module.Unsupported("type", $"is '{type}'; Transformer, Pooling and Normalize are compiled");
            }
        }
        return new SentenceSettings(pooling, normalize, maxTokens);
    }

    private static string ReadPooling(string folder, JsonFields module)
    {
        var place = module.Text("path") ?? "";
        if (place.Length == 0 || place is "." or ".." || place.AsSpan().IndexOfAny("/\\:\0") >= 0)
            throw module.Invalid("path", $"is '{place}', which is not the name of a folder in this folder");
        var name = $"{place}/config.json";
        var path = Path.Combine(folder, place, "config.json");
        if (!File.Exists(path)) throw module.Invalid("path", $"is '{place}', and there is no {name}");
        var fields = JsonFields.Read(path, name);
        string[] modes = fields.Text("pooling_mode") is { } mode ? [mode == "lasttoken" ? "last" : mode]
            : [.. PoolingFields.Where(field => fields.Boolean(field.Field, false)).Select(field => field.Mode)];
        return modes switch
        {
            [] => throw fields.Invalid("pooling_mode_mean_tokens", "is not true, and no other pooling mode is"),
            ["mean" or "cls" or "last"] => modes[0],
            _ => throw fields.Unsupported("pooling_mode", $"asks for {string.Join(" and ", modes)}; one of mean, cls and last is compiled"),
        };
    }

    private static int? ReadMaxTokens(string folder)
    {
        var path = Path.Combine(folder, "sentence_bert_config.json");
        if (!File.Exists(path)) return null;
        var fields = JsonFields.Read(path);
        return fields.Has("max_seq_length") ? fields.Integer("max_seq_length", 1, MaxTokensAllowed) : null;
    }

    // A prompt before every text would change every vector; whoever asks for vectors here sends the whole text.
    private static void RefusePrompt(string folder)
    {
        var path = Path.Combine(folder, "config_sentence_transformers.json");
        if (!File.Exists(path)) return;
        var fields = JsonFields.Read(path);
        if (fields.Text("default_prompt_name") is { } name && !string.IsNullOrEmpty(fields.Object("prompts")?.Text(name)))
            throw fields.Unsupported("default_prompt_name", $"is '{name}', a prompt before every text, which is not compiled");
    }
}

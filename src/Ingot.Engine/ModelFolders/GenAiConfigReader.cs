using System.Text.Json;
using Ingot.Compute.Execution;
using Ingot.Compute.Execution.Encoders;
using Ingot.Engine.Embedding;
using Ingot.Errors;

namespace Ingot.Engine.ModelFolders;

/// <summary>
/// Reads genai_config.json as onnxruntime-genai writes it, and in the form it has here for models of vectors: <c>model.pooling</c>
/// (<c>mode</c>: mean, cls or last; <c>normalize</c>) and, for an encoder, <c>model.encoder</c> in the place of <c>model.decoder</c>.
/// The file is not trusted.
/// </summary>
internal static class GenAiConfigReader
{
    /// <summary>The file's name in a model folder.</summary>
    public const string FileName = "genai_config.json";

    private const string HiddenStates = "last_hidden_state";
    private const int LargestContext = 1 << 24;
    private const int LargestVocabulary = 1 << 22;
    private const int MostLayers = 1024;
    private const int MostHeads = 1024;
    private const int LargestHead = 1024;
    private const int LargestHidden = 1 << 20;
    private const int MostMistakesShown = 20;

    /// <summary>The parts of a model that mean it is not a decoder alone.</summary>
    private static readonly string[] OtherParts = ["encoder", "encoder_decoder_init", "vision", "speech", "embedding", "joiner"];

    /// <exception cref="IngotException">
    /// ModelInvalid with every mistake found; ModelUnsupported for a sound file of an architecture that is not one graph over tokens.
    /// </exception>
    public static GenAiConfig Read(JsonElement root, string folder)
    {
        List<string> mistakes = [];
        if (root.ValueKind is not JsonValueKind.Object)
            throw new IngotException(ErrorCode.ModelInvalid, $"{FileName}: must be a JSON object.");

        JsonFields model = new JsonFields(root, "", mistakes).Object("model");
        string type = model.Text("type", null);
        bool isEncoder = model.Has("encoder") && !model.Has("decoder") && model.Has("pooling");
        RefuseOtherArchitectures(model, type, isEncoder);
        JsonFields session = model.OptionalObject(isEncoder ? "encoder" : "decoder").OptionalObject("session_options");
        int context = model.PositiveInteger("context_length", LargestContext);
        int vocabulary = model.PositiveInteger("vocab_size", LargestVocabulary);
        var config = new GenAiConfig
        {
            ModelType = type,
            ContextLength = context,
            VocabularySize = vocabulary,
            EndOfSequenceIds = model.TokenIds("eos_token_id", vocabulary),
            BeginOfSequenceId = First(model.TokenIds("bos_token_id", LargestVocabulary)),
            PadId = First(model.TokenIds("pad_token_id", LargestVocabulary)),
            Decoder = isEncoder ? null : ReadDecoder(model.Object("decoder"), folder, context, hasLogits: !model.Has("pooling")),
            Encoder = isEncoder ? ReadEncoder(model.Object("encoder"), folder) : null,
            Pooling = model.Has("pooling") ? ReadPooling(model.Object("pooling")) : null,
            ExecutionProviders = session.NamesInList("provider_options"),
            Session = SessionConfigReader.Read(session),
            Search = ReadSearch(new JsonFields(root, "", mistakes).OptionalObject("search")),
        };
        if (config is { EndOfSequenceIds.Count: 0, Pooling: null } && mistakes.Count == 0)
            model.Report("eos_token_id", "must name at least one token id");
        if (mistakes.Count > 0)
            throw new IngotException(ErrorCode.ModelInvalid, $"{FileName}: {string.Join("; ", mistakes.Distinct().Take(MostMistakesShown))}.");
        return config;
    }

    private static void RefuseOtherArchitectures(JsonFields model, string type, bool isEncoder)
    {
        string? other = OtherParts.FirstOrDefault(part => model.Has(part) && !(isEncoder && part == "encoder")) ?? (type is "whisper" or "phi3v" or "phi4mm" or "marian-ssru" ? type : null);
        if (other is not null)
        {
            throw new IngotException(
                ErrorCode.ModelUnsupported, $"{FileName}: a model of type '{type}' with a part '{other}' is neither a decoder over tokens alone nor an encoder with pooling, and only those are supported.");
        }
        if (type is "decoder-pipeline" || model.OptionalObject("decoder").Has("pipeline"))
            throw new IngotException(ErrorCode.ModelUnsupported, $"{FileName}: a decoder split into several graphs (model.decoder.pipeline) is not supported.");
    }

    private static EncoderDescription ReadEncoder(JsonFields encoder, string folder)
    {
        JsonFields inputs = encoder.OptionalObject("inputs"), outputs = encoder.OptionalObject("outputs");
        return new EncoderDescription
        {
            OnnxPath = Path.Combine(folder, ReadFileName(encoder, folder)),
            ModelFolder = folder,
            LayerCount = encoder.PositiveInteger("num_hidden_layers", MostLayers),
            HeadCount = encoder.PositiveInteger("num_attention_heads", MostHeads),
            HeadSize = encoder.PositiveInteger("head_size", LargestHead),
            HiddenSize = encoder.PositiveInteger("hidden_size", LargestHidden),
            InputIds = inputs.Text("input_ids", "input_ids"),
            AttentionMask = inputs.Text("attention_mask", "attention_mask"),
            HiddenStates = outputs.Text("hidden_states", HiddenStates),
            Pooled = outputs.Has("pooled") ? outputs.Text("pooled", null) : null,
        };
    }

    private static PoolingSettings ReadPooling(JsonFields pooling)
    {
        string mode = pooling.Text("mode", null);
        if (mode is not ("mean" or "cls" or "last" or ""))
            pooling.Report("mode", "must be 'mean', 'cls' or 'last'");
        return new PoolingSettings(
            mode switch { "cls" => PoolingMode.First, "last" => PoolingMode.Last, _ => PoolingMode.Mean }, pooling.Boolean("normalize", false));
    }

    // A decoder with pooling ends in one row a token instead of logits.
    private static DecoderDescription ReadDecoder(JsonFields decoder, string folder, int context, bool hasLogits)
    {
        JsonFields inputs = decoder.OptionalObject("inputs"), outputs = decoder.OptionalObject("outputs");
        int queryHeads = decoder.PositiveInteger("num_attention_heads", MostHeads);
        int keyHeads = decoder.OptionalPositiveInteger("num_key_value_heads", MostHeads) ?? queryHeads;
        if (queryHeads % keyHeads != 0)
            decoder.Report("num_attention_heads", $"({queryHeads}) must be a multiple of num_key_value_heads ({keyHeads})");
        decoder.OptionalPositiveInteger("hidden_size", LargestHidden);
        return new DecoderDescription
        {
            OnnxPath = Path.Combine(folder, ReadFileName(decoder, folder)),
            ModelFolder = folder,
            LayerCount = decoder.PositiveInteger("num_hidden_layers", MostLayers),
            QueryHeadCount = queryHeads,
            KvHeadCount = keyHeads,
            HeadSize = decoder.PositiveInteger("head_size", LargestHead),
            ContextLength = context,
            InputIds = inputs.Text("input_ids", "input_ids"),
            AttentionMask = inputs.Text("attention_mask", "attention_mask"),
            PositionIds = inputs.Text("position_ids", "position_ids"),
            PastKey = inputs.LayerName("past_key_names", "past_key_values.%d.key"),
            PastValue = inputs.LayerName("past_value_names", "past_key_values.%d.value"),
            PresentKey = outputs.LayerName("present_key_names", "present.%d.key"),
            PresentValue = outputs.LayerName("present_value_names", "present.%d.value"),
            HasScores = hasLogits,
            Logits = hasLogits ? outputs.Text("logits", "logits") : outputs.Text("hidden_states", HiddenStates),
        };
    }

    private static string ReadFileName(JsonFields decoder, string folder)
    {
        string name = decoder.Text("filename", null);
        if (name.Length == 0)
            return name;
        bool inside = !Path.IsPathRooted(name) && !name.AsSpan().ContainsAny('\0', ':') && name[0] is not '\\'
            && !name.Split('/', '\\').Contains("..");
        if (!inside)
            decoder.Report("filename", "must be a relative path inside the model folder");
        else if (!File.Exists(Path.Combine(folder, name)))
            decoder.Report("filename", $"names the file '{name}', which is not in the model folder");
        return inside ? name : "";
    }

    private static SearchDefaults ReadSearch(JsonFields search)
    {
        search.Integer("num_beams", 1, 1, 1);
        search.Integer("num_return_sequences", 1, 1, 1);
        search.Integer("no_repeat_ngram_size", 0, 0, 0);
        search.Integer("min_length", 0, 0, 0);
        float topP = search.Number("top_p", 1, 0, 1);
        float repetition = search.Number("repetition_penalty", 1, 0, 100);
        if (repetition == 0)
            search.Report("repetition_penalty", "must be above 0");
        return new SearchDefaults
        {
            DoSample = search.Boolean("do_sample", false),
            Temperature = search.Number("temperature", 1, 0, 100),
            TopK = search.Integer("top_k", 50, 0, LargestVocabulary),
            TopP = topP == 0 ? 1 : topP,
            RepetitionPenalty = repetition,
            MaxLength = search.OptionalPositiveInteger("max_length", LargestContext),
        };
    }

    private static int? First(List<int> ids) => ids.Count == 0 ? null : ids[0];
}

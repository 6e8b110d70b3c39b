using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ingot.Cli.Output;

/// <summary>Writes the JSON forms; names in camel case, every field always there.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<ModelFacts>))]
[JsonSerializable(typeof(IReadOnlyList<CheckFacts>))]
[JsonSerializable(typeof(IReadOnlyList<LoadedFacts>))]
[JsonSerializable(typeof(IReadOnlyList<OptionFacts>))]
[JsonSerializable(typeof(IReadOnlyList<ProbeFacts>))]
[JsonSerializable(typeof(IReadOnlyList<ModelProviderFacts>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<KeyFacts>))]
[JsonSerializable(typeof(KeyFacts))]
[JsonSerializable(typeof(NewKeyFacts))]
[JsonSerializable(typeof(PlaceFacts))]
[JsonSerializable(typeof(ModelProviderFacts))]
[JsonSerializable(typeof(MoveFacts))]
[JsonSerializable(typeof(ModelFacts))]
[JsonSerializable(typeof(CacheFacts))]
[JsonSerializable(typeof(ChangeFacts))]
[JsonSerializable(typeof(ServiceFacts))]
[JsonSerializable(typeof(OverviewFacts))]
[JsonSerializable(typeof(DiagnosisFacts))]
[JsonSerializable(typeof(RuntimeFacts))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(string))]
internal sealed partial class JsonOutput : JsonSerializerContext
{
    // For a terminal and for files, not for web pages: "é" stays "é".
    private static readonly JsonOutput Readable = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Prints one value.</summary>
    public static void Print<T>(CommandContext context, T value) =>
        context.Print(JsonSerializer.Serialize(value, typeof(T), Readable));
}

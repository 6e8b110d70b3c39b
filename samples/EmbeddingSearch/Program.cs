// Finds the sentence that says most nearly what was asked, by the vectors of an embedding model.
using Microsoft.AI.Foundry.Local;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

string question = args is [var asked] ? asked : "What is the way to cook rice?";
string[] sentences =
[
    "The train to Paris leaves at noon.",
    "How do I cook rice?",
    "My computer does not start.",
];

await FoundryLocalManager.CreateAsync(new Configuration { AppName = "embedding-search" }, NullLogger.Instance);
using var manager = FoundryLocalManager.Instance;
var catalog = await manager.GetCatalogAsync();
var model = await catalog.GetModelAsync("ingot-tiny-embed") ?? throw new InvalidOperationException("Model not found");

using var generator = model.AsEmbeddingGenerator();
GeneratedEmbeddings<Embedding<float>> vectors = await generator.GenerateAsync([question, .. sentences]);
foreach ((string sentence, float nearness) in sentences
    .Zip(vectors.Skip(1), (sentence, vector) => (sentence, Nearness(vectors[0].Vector.Span, vector.Vector.Span)))
    .OrderByDescending(found => found.Item2))
{
    Console.WriteLine($"{nearness:F3}  {sentence}");
}

// The vectors' length is 1, so that this is the cosine of the angle between them.
static float Nearness(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
{
    float sum = 0;
    for (int i = 0; i < one.Length; i++)
        sum += one[i] * other[i];
    return sum;
}

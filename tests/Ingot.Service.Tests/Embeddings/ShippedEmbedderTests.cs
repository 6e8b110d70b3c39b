using System.Text.Json;
using Ingot.Testing;

namespace Ingot.Service.Tests.Embeddings;

public sealed class ShippedEmbedderTests(ShippedEmbedderFixture shipped) : IClassFixture<ShippedEmbedderFixture>
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    [Theory]
    [InlineData("How do I start the server?", "Which command launches the HTTP service?", "How do I stop the server?")]
    [InlineData("What is the capital of France?", "Name France's capital city", "What is the capital of Spain?")]
    [InlineData("I forgot my password", "How can I get a new login password?", "I forgot my umbrella")]
    [InlineData("Where is my parcel?", "When will my package arrive?", "Where is the bus stop?")]
    [InlineData("A dog is running on the beach", "On the shore a hound races along", "A woman is reading a book")]
    [InlineData("Anna sold the bike to Tom", "Tom bought the bike from Anna", "Anna sold the house to Tom")]
    public async Task A_text_of_the_same_meaning_is_nearer_than_one_that_looks_alike(string text, string same, string other)
    {
        var vectors = await shipped.EmbedAsync(text, same, other);

        Assert.True(Similarity(vectors[0], vectors[1]) > Similarity(vectors[0], vectors[2]));
    }

    [Fact]
    public async Task Words_it_never_saw_still_stand_for_themselves()
    {
        var vectors = await shipped.EmbedAsync("where can i buy a zorbulator", "I am looking for a Zorbulator.", "where can i buy a quimplet");

        Assert.True(Similarity(vectors[0], vectors[1]) > Similarity(vectors[0], vectors[2]));
    }

    [Fact]
    public async Task The_vectors_are_those_that_its_training_code_computes()
    {
        var recorded = JsonSerializer.Deserialize<List<RecordedVector>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Vectors", "embed.json")), Json)!;

        var vectors = await shipped.EmbedAsync(recorded.Select(entry => entry.Text));

        Assert.NotEmpty(recorded);
        Assert.All(recorded.Zip(vectors), pair =>
        {
            Assert.Equal(1, Similarity(pair.Second, pair.Second), 1e-4f);
            Assert.True(Similarity(pair.First.Vector, pair.Second) > 0.995f, pair.First.Text);
        });
    }

    [Fact]
    public async Task Nine_of_ten_unrelated_held_out_texts_are_further_away_than_the_paraphrase()
    {
        // Every eighth pair: all of them take too long without optimised code.
        var pairs = File.ReadLines(RepositoryFiles.PathOf("training", "heldout_pairs.jsonl"))
            .Where((_, line) => line % 8 == 0).Select(line => JsonSerializer.Deserialize<HeldOutPair>(line, Json)!).ToArray();
        var first = await shipped.EmbedAsync(pairs.Select(pair => pair.A));
        var second = await shipped.EmbedAsync(pairs.Select(pair => pair.B));

        double beaten = 0;
        for (var asked = 0; asked < pairs.Length; asked++)
        {
            var paraphrase = Similarity(first[asked], second[asked]);
            beaten += Enumerable.Range(0, pairs.Length).Count(other => other != asked && Similarity(first[asked], second[other]) < paraphrase);
        }

        Assert.InRange(beaten / (pairs.Length * (pairs.Length - 1)), 0.9, 1);
    }

    private static float Similarity(float[] first, float[] second) => ShippedEmbedderFixture.Similarity(first, second);

    private sealed record HeldOutPair(string A, string B);

    private sealed record RecordedVector(string Text, float[] Vector);
}

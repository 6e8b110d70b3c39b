using Ingot.Engine;
using Ingot.Engine.Embedding;
using Ingot.Engine.ModelFolders;
using Ingot.Models.Catalog;
using Ingot.Testing;
using Ingot.Text.Tokenizers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Service.Tests.Embeddings;

/// <summary>The shipped embedding model, loaded once for the tests of a class.</summary>
public sealed class ShippedEmbedderFixture : IDisposable
{
    private readonly Tokenizer _tokenizer;
    private readonly Embedder _embedder;

    public ShippedEmbedderFixture()
    {
        var folder = ModelFolder.Open(RepositoryFiles.PathOf("models", BuiltInModel.EmbeddingAlias));
        _tokenizer = Tokenizer.Load(folder.Path);
        _embedder = Embedder.Load(folder, new EngineOptions { Name = BuiltInModel.EmbeddingAlias, ThreadCount = 1 }, NullLoggerFactory.Instance, CancellationToken.None);
    }

    /// <summary>The vectors of some texts, each of length 1.</summary>
    public Task<IReadOnlyList<float[]>> EmbedAsync(params IEnumerable<string> texts) =>
        _embedder.EmbedAsync([.. texts.Select(text => (ReadOnlyMemory<int>)_tokenizer.Encode(text, addSpecialTokens: true).ToArray())], CancellationToken.None);

    /// <summary>The cosine of two vectors of length 1.</summary>
    public static float Similarity(float[] first, float[] second)
    {
        var sum = 0f;
        for (var index = 0; index < first.Length; index++)
            sum += first[index] * second[index];
        return sum;
    }

    public void Dispose() => _embedder.Dispose();
}

using Ingot.Compute;
using Ingot.Engine.Embedding;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Running;
using Ingot.Engine.Sessions;
using Ingot.Errors;
using Ingot.OnnxRuntime;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests.Sessions;

public sealed class SessionEncoderTests : IDisposable
{
    private readonly TemporaryFolder _scratch = new();

    [Fact]
    public void Both_runners_make_the_same_vectors_of_the_shipped_model()
    {
        ModelFolder folder = ModelFolder.Open(RepositoryFiles.PathOf("models", "ingot-tiny-embed"));
        using SessionEncoder session = SessionEncoder.Load(folder, folder.Config.Pooling!, new EngineOptions(), Native.Library(), null);
        using EncoderRunner own = EncoderRunner.Load(folder, folder.Config.Encoder!, folder.Config.Pooling!, new ComputeOptions { MaxStepTokens = 1024 }, default);
        ReadOnlyMemory<int>[] texts = Texts(folder, 3, 17, 4, 60, 18);

        float[][] expected = Embed(own, texts), actual = Embed(session, texts);

        Assert.All(expected.Zip(actual), pair => Assert.InRange(Native.Difference(pair.First, pair.Second), 0, 4e-2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Texts_of_different_lengths_have_the_vectors_they_have_alone(bool pooled)
    {
        ModelFolder folder = Write(pooled);
        using SessionEncoder session = SessionEncoder.Load(folder, folder.Config.Pooling!, new EngineOptions(), Native.Library(), null);
        ReadOnlyMemory<int>[] texts = Texts(folder, 12, 1, 40, 13, 9, 2, 41);

        float[][] together = Embed(session, texts);
        float[][] alone = [.. texts.Select(text => Embed(session, [text])[0])];

        Assert.All(alone.Zip(together), pair => Assert.InRange(Native.Difference(pair.First, pair.Second), 0, 1e-5));
        Assert.All(alone, vector => Assert.Contains(vector, number => number != 0));
    }

    [Fact]
    public void The_graphs_own_mean_is_ours()
    {
        ModelFolder rows = Write(pooled: false), pooled = Write(pooled: true);
        using SessionEncoder ours = SessionEncoder.Load(rows, rows.Config.Pooling!, new EngineOptions(), Native.Library(), null);
        using SessionEncoder its = SessionEncoder.Load(pooled, pooled.Config.Pooling!, new EngineOptions(), Native.Library(), null);
        ReadOnlyMemory<int>[] texts = Texts(rows, 5, 30);

        Assert.All(Embed(ours, texts).Zip(Embed(its, texts)), pair => Assert.InRange(Native.Difference(pair.First, pair.Second), 0, 1e-5));
    }

    [Fact]
    public async Task An_export_our_own_executor_refuses_runs_and_the_reason_is_told()
    {
        ModelFolder folder = Write(pooled: false);
        Native.Library();

        using Embedder embedder = Embedder.Load(folder, new EngineOptions { Runtime = Native.Runtime(RunnerPreference.Auto) }, NullLoggerFactory.Instance, default);
        IReadOnlyList<float[]> vectors = await embedder.EmbedAsync(Texts(folder, 7), TestContext.Current.CancellationToken);

        Assert.Equal("onnxruntime", embedder.Runner.Runner);
        Assert.Equal(1, vectors[0].Sum(number => (double)number * number), 1e-4);
        var absent = new RuntimeOptions { Library = new Lazy<OnnxRuntimeSearch>(() => OnnxRuntimeSearch.Absent("It is not installed.")) };
        IngotException refusal = Assert.Throws<IngotException>(() => Embedder.Load(folder, new EngineOptions { Runtime = absent }, NullLoggerFactory.Instance, default));
        Assert.EndsWith("It is not installed.", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();

    private static ReadOnlyMemory<int>[] Texts(ModelFolder folder, params int[] lengths) =>
        [.. lengths.Select((length, i) => (ReadOnlyMemory<int>)Some.Prompt(50 + i, length, folder.Config.VocabularySize))];

    private static float[][] Embed(IEmbeddingRunner runner, ReadOnlyMemory<int>[] texts)
    {
        var vectors = new float[texts.Length * runner.Width];
        runner.Embed(texts, vectors);
        return [.. vectors.Chunk(runner.Width)];
    }

    private ModelFolder Write(bool pooled)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_scratch.Path, Guid.NewGuid().ToString("N"))).FullName;
        new TestPlainEncoder { IsPooled = pooled }.Write(folder);
        return ModelFolder.Open(folder);
    }
}

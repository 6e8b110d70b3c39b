using Ingot.Compute.Execution;
using Ingot.Engine.Embedding;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Running;
using Ingot.Engine.Sessions;
using Ingot.Errors;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests.Sessions;

/// <summary>Decoders whose rows are pooled, on ONNX Runtime.</summary>
public sealed class SessionDecoderEmbeddingTests : IDisposable
{
    // More than a step carries, so that the longest text is computed in several.
    private const int Longest = 1300;

    private readonly TemporaryFolder _scratch = new();

    [Theory]
    [InlineData("last")]
    [InlineData("mean")]
    public async Task Both_runners_make_the_same_vectors(string mode)
    {
        ModelFolder folder = WriteFused(mode);
        ReadOnlyMemory<int>[] texts = Texts(folder, 1, 20, 7, Longest, 40);
        Native.Library();

        (IReadOnlyList<float[]> expected, RunnerFacts own) = await EmbedAsync(folder, texts, RunnerPreference.Auto);
        (IReadOnlyList<float[]> actual, RunnerFacts session) = await EmbedAsync(folder, texts, RunnerPreference.OnnxRuntime);

        Assert.Equal(("ingot", "onnxruntime"), (own.Runner, session.Runner));
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Native.Difference(pair.First, pair.Second), 0, 1e-4));
        Assert.All(actual, vector => Assert.Equal(1, vector.Sum(number => (double)number * number), 1e-4));
    }

    [Theory]
    [InlineData("last")]
    [InlineData("mean")]
    public async Task A_graph_our_own_executor_refuses_is_pooled_as_its_rows_are(string mode)
    {
        ModelFolder folder = WritePlain(mode);
        ReadOnlyMemory<int>[] texts = Texts(folder, 12, 3, 60);
        Native.Library();

        (IReadOnlyList<float[]> vectors, RunnerFacts runner) = await EmbedAsync(folder, texts, RunnerPreference.Auto);
        using SessionRunner rows = SessionRunner.Load(folder, new EngineOptions { MaxSequences = 1 }, Native.Library(), null);

        Assert.Equal("onnxruntime", runner.Runner);
        Assert.Contains("does not run it", runner.Reason, StringComparison.Ordinal);
        Assert.All(texts.Zip(vectors), pair =>
        {
            float[][] all = RowsOf(rows, pair.First);
            float[] expected = mode is "last" ? all[^1] : [.. Enumerable.Range(0, rows.VocabularySize).Select(i => all.Average(row => row[i]))];
            VectorLength.Normalize(expected);
            Assert.InRange(Native.Difference(expected, pair.Second), 0, 1e-5);
        });
    }

    [Fact]
    public async Task A_text_has_the_vector_it_has_alone_whatever_was_computed_before()
    {
        ModelFolder folder = WritePlain("last");
        ReadOnlyMemory<int>[] texts = Texts(folder, 50, 2, 50, 9);
        Native.Library();

        (IReadOnlyList<float[]> together, _) = await EmbedAsync(folder, texts, RunnerPreference.OnnxRuntime);
        (IReadOnlyList<float[]> alone, _) = await EmbedAsync(folder, [texts[1]], RunnerPreference.OnnxRuntime);

        Assert.InRange(Native.Difference(alone[0], together[1]), 0, 1e-6);
    }

    [Fact]
    public void The_first_row_of_a_decoder_is_refused_whoever_is_to_compute()
    {
        ModelFolder folder = WriteFused("cls");

        IngotException refusal = Assert.Throws<IngotException>(() => Load(folder, RunnerPreference.OnnxRuntime));

        Assert.Equal(ErrorCode.ModelUnsupported, refusal.Code);
        Assert.Contains("'cls'", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();

    private static Embedder Load(ModelFolder folder, RunnerPreference runner) =>
        Embedder.Load(folder, new EngineOptions { Runtime = Native.Runtime(runner) }, NullLoggerFactory.Instance, default);

    private static async Task<(IReadOnlyList<float[]> Vectors, RunnerFacts Runner)> EmbedAsync(ModelFolder folder, ReadOnlyMemory<int>[] texts, RunnerPreference runner)
    {
        using Embedder embedder = Load(folder, runner);
        return (await embedder.EmbedAsync(texts, TestContext.Current.CancellationToken), embedder.Runner);
    }

    private static float[][] RowsOf(SessionRunner runner, ReadOnlyMemory<int> tokens)
    {
        var batch = new StepBatch();
        batch.AddSequence(tokens.Span, 0, new[] { 0 }, tokens.Length);
        var rows = new float[tokens.Length * runner.VocabularySize];
        runner.Step(batch, rows);
        return [.. rows.Chunk(runner.VocabularySize)];
    }

    private static ReadOnlyMemory<int>[] Texts(ModelFolder folder, params int[] lengths) =>
        [.. lengths.Select((length, i) => (ReadOnlyMemory<int>)Some.Prompt(70 + i, length, folder.Config.VocabularySize))];

    private ModelFolder WriteFused(string mode)
    {
        string folder = NewFolder();
        Native.Write(new TestDecoderOptions { Architecture = TestArchitecture.Qwen3, Positions = Longest + 100 }, folder);
        return Pool(folder, mode);
    }

    private ModelFolder WritePlain(string mode)
    {
        string folder = NewFolder();
        new TestPlainDecoder().Write(folder);
        return Pool(folder, mode);
    }

    // What are scores to a generation are rows to pool here.
    private static ModelFolder Pool(string folder, string mode)
    {
        string path = Path.Combine(folder, "genai_config.json");
        File.WriteAllText(path, File.ReadAllText(path)
            .Replace("\"filename\":", "\"outputs\": { \"hidden_states\": \"logits\" }, \"filename\":", StringComparison.Ordinal)
            .Replace("\"type\":", $$"""
                "pooling": { "mode": "{{mode}}", "normalize": true }, "type":
                """, StringComparison.Ordinal));
        return ModelFolder.Open(folder);
    }

    private string NewFolder() => Directory.CreateDirectory(Path.Combine(_scratch.Path, Guid.NewGuid().ToString("N"))).FullName;
}

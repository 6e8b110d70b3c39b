using Ingot.Compiler.Tests.Agreement;
using Ingot.Compiler.Tests.Support;
using Ingot.Engine;
using Ingot.Engine.Embedding;
using Ingot.Engine.ModelFolders;
using Ingot.Errors;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Compiler.Tests.Encoders;

/// <summary>A decoder whose folder says that it is for vectors of texts: compiled without its head, run, held against the reference forward pass.</summary>
public sealed class DecoderEmbeddingTests : IDisposable
{
    private static readonly int[][] Texts = [AgreementCases.Tokens, [5], [1, 2, 3, 4, 5, 6, 7], AgreementCases.Tokens[..16]];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pooling_mode_lasttoken", true)]
    [InlineData("pooling_mode_mean_tokens", false)]
    public async Task Its_vectors_are_those_of_the_last_layers_rows(string mode, bool normalize)
    {
        var checkpoint = Checkpoint.Qwen3();
        using Embedder embedder = Load(checkpoint, mode, normalize);

        IReadOnlyList<float[]> vectors = await embedder.EmbedAsync([.. Texts.Select(text => (ReadOnlyMemory<int>)text)], default);

        Assert.Equal((96, 100, 64), (embedder.Width, embedder.VocabularySize, embedder.ContextLength));
        for (var i = 0; i < Texts.Length; i++)
        {
            AssertNear(Expected(checkpoint, Texts[i], mode, normalize), vectors[i]);
            Assert.Equal((await embedder.EmbedAsync([Texts[i]], default))[0], vectors[i]);
        }
    }

    [Theory]
    [InlineData("pooling_mode_lasttoken")]
    [InlineData("pooling_mode_mean_tokens")]
    public async Task A_text_longer_than_a_step_is_computed_in_several(string mode)
    {
        var checkpoint = Checkpoint.Llama();
        checkpoint.Config["max_position_embeddings"] = 1200;
        using Embedder embedder = Load(checkpoint, mode, normalize: false);
        int[] text = [.. Enumerable.Range(0, 1100).Select(i => i * 31 % 100)];

        AssertNear(Expected(checkpoint, text, mode, normalize: false), (await embedder.EmbedAsync([text, text.AsMemory(0, 7)], default))[0]);
    }

    [Fact]
    public async Task A_checkpoint_of_the_model_alone_has_names_without_prefix()
    {
        var checkpoint = Checkpoint.Qwen2();
        checkpoint.Config["architectures"]![0] = "Qwen2Model";
        foreach (var name in checkpoint.Tensors.Keys.ToList())
        {
            checkpoint.Tensors[name["model.".Length..]] = checkpoint.Tensors[name];
            checkpoint.Tensors.Remove(name);
        }
        using Embedder embedder = Load(checkpoint, "pooling_mode_lasttoken", normalize: true);

        Assert.Single(await embedder.EmbedAsync([Texts[0]], default));
    }

    [Fact]
    public void The_first_token_of_a_decoder_is_no_vector_of_a_text()
    {
        var error = Assert.Throws<IngotException>(() => Load(Checkpoint.Qwen3(), "pooling_mode_cls_token", normalize: true));

        Assert.Equal(ErrorCode.ModelUnsupported, error.Code);
    }

    [Fact]
    public void A_decoder_that_sees_ahead_is_refused()
    {
        var checkpoint = Checkpoint.Qwen3();
        checkpoint.Config["is_causal"] = false;

        Assert.Contains("is_causal", Assert.Throws<IngotException>(() => Load(checkpoint, "pooling_mode_lasttoken", normalize: true)).Message, StringComparison.Ordinal);
    }

    private static double[] Expected(Checkpoint checkpoint, int[] text, string mode, bool normalize)
    {
        var rows = new ReferenceDecoder(checkpoint).States(text);
        double[] vector = mode == "pooling_mode_lasttoken" ? rows[^1] : [.. rows[0].Select((_, i) => rows.Average(row => row[i]))];
        var length = normalize ? Math.Sqrt(vector.Sum(value => value * value)) : 1;
        return [.. vector.Select(value => value / length)];
    }

    private static void AssertNear(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(expected.Zip(actual, (one, other) => Math.Abs(one - other)).Max(), 0, 1e-4);
    }

    private Embedder Load(Checkpoint checkpoint, string mode, bool normalize)
    {
        var source = checkpoint.Write(_folder);
        foreach (var (name, text) in EncoderCheckpoint.Bert().WithPooling(mode, normalize).Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(source, name))!);
            File.WriteAllText(Path.Combine(source, name), text);
        }
        var output = _folder["output"];
        ModelCompiler.Compile(new CompileRequest { SourceFolder = source, OutputFolder = output, Precision = Precision.Fp32, Overwrite = true }, null, CancellationToken.None);
        return Embedder.Load(ModelFolder.Open(output), new EngineOptions { ThreadCount = 2 }, NullLoggerFactory.Instance, CancellationToken.None);
    }
}

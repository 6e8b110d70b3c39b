using Ingot.Compiler.Tests.Support;
using Ingot.Compute;
using Ingot.Compute.Execution;
using Ingot.Compute.Onnx.Inspection;
using Ingot.Testing;

namespace Ingot.Compiler.Tests.Agreement;

/// <summary>Compiles a checkpoint, runs it with our own executor, and holds the logits of every token against the reference forward pass.</summary>
public sealed class ExecutorAgreementTests : IDisposable
{
    private const int PromptLength = 7;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Cases => [.. AgreementCases.Names, .. AgreementCases.Turned, .. AgreementCases.Chosen, .. AgreementCases.Other];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_model_compiled_to_fp32_answers_as_its_checkpoint_does(string name) =>
        Assert.InRange(Difference(name, Precision.Fp32), 0, 1e-3);

    [Theory]
    [InlineData("llama", Precision.Fp16, 0.02)]
    [InlineData("qwen2", Precision.Fp16, 0.02)]
    [InlineData("qwen3", Precision.Int8, 0.15)]
    [InlineData("qwen2", Precision.Int8, 0.15)]
    [InlineData("gpt-oss", Precision.Fp16, 0.02)]
    [InlineData("mixtral", Precision.Int8, 0.15)]
    [InlineData("llama-biases", Precision.Int4, 1.6)]
    [InlineData("qwen2", Precision.Int4, 1.6)]
    public void A_model_compiled_to_less_stays_near_its_checkpoint(string name, Precision precision, double tolerance) =>
        Assert.InRange(Difference(name, precision), 0, tolerance);

    [Theory]
    [InlineData("longrope", 16)]
    [InlineData("dynamic-rope", 12)]
    public void A_graph_that_chooses_by_length_is_sound_and_says_where_it_chooses(string name, int limit)
    {
        var folder = AgreementCases.Compile(name, Precision.Fp16, _folder, _folder.Path);
        var facts = GraphInspection.CheckDecoder(new DecoderDescription
        {
            OnnxPath = Path.Combine(folder, "model.onnx"),
            ModelFolder = folder,
            LayerCount = 2,
            KvHeadCount = 2,
            HeadSize = 16,
        }, 1L << 30);
        Assert.Equal((true, limit), (facts.SharesPast, facts.LongestChoice));
    }

    private double Difference(string name, Precision precision)
    {
        var checkpoint = AgreementCases.Make(name);
        var folder = AgreementCases.Compile(name, precision, _folder, _folder.Path);
        var expected = new ReferenceDecoder(checkpoint).Run(AgreementCases.Tokens);
        using var executor = DecoderExecutor.Load(new DecoderDescription
        {
            OnnxPath = Path.Combine(folder, "model.onnx"),
            ModelFolder = folder,
            LayerCount = checkpoint.Number("num_hidden_layers"),
            KvHeadCount = checkpoint.Number("num_key_value_heads"),
            HeadSize = (int?)checkpoint.Config["head_dim"] ?? checkpoint.Number("hidden_size") / checkpoint.Number("num_attention_heads"),
        }, new ComputeOptions { ThreadCount = 2 }, CancellationToken.None);
        Assert.Equal(checkpoint.Number("vocab_size"), executor.VocabularySize);
        var actual = Run(executor);
        return expected.SelectMany(row => row).Zip(actual, (one, other) => Math.Abs(one - other)).Max();
    }

    // A prompt, then one token at a time: both shapes of every product, and the cache in between.
    private static float[] Run(DecoderExecutor executor)
    {
        var tokens = AgreementCases.Tokens;
        using var store = executor.CreateKvStore(4);
        var batch = new StepBatch();
        var logits = new float[tokens.Length * executor.VocabularySize];
        for (var past = 0; past < tokens.Length;)
        {
            var count = past == 0 ? PromptLength : 1;
            batch.Clear();
            batch.AddSequence(tokens.AsSpan(past, count), past, new[] { 2, 0, 3, 1 }, count, tokens.Length);
            executor.Step(batch, store, logits.AsSpan(past * executor.VocabularySize, count * executor.VocabularySize));
            past += count;
        }
        return logits;
    }
}

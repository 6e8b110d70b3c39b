using Ingot.Compute;
using Ingot.Compute.Execution.Encoders;
using Ingot.Testing;

namespace Ingot.Compiler.Tests.Encoders;

/// <summary>Compiles an encoder, runs it with our own executor, and holds every token's row against the reference forward pass.</summary>
public sealed class EncoderAgreementTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Cases => [.. EncoderCases.Names];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_encoder_compiled_to_fp32_answers_as_its_checkpoint_does(string name) =>
        Assert.InRange(Difference(name, Precision.Fp32), 0, 2e-5);

    [Theory]
    [InlineData(Precision.Fp16, 0.02)]
    [InlineData(Precision.Int8, 0.1)]
    [InlineData(Precision.Int4, 1.2)]
    public void An_encoder_compiled_to_less_stays_near_its_checkpoint(Precision precision, double tolerance) =>
        Assert.All(EncoderCases.Names, name => Assert.InRange(Difference(name, precision), 0, tolerance));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_text_alone_and_in_a_batch_has_the_same_bits(string name)
    {
        using var executor = Load(name, Precision.Int8);
        var together = Run(executor, [.. EncoderCases.TextsOf(name)]);
        var alone = EncoderCases.TextsOf(name).SelectMany(text => Run(executor, text)).ToArray();
        Assert.Equal(alone, together);
    }

    [Theory]
    [InlineData(1, EncoderRows.All)]
    [InlineData(3, EncoderRows.All)]
    [InlineData(3, EncoderRows.First)]
    [InlineData(2, EncoderRows.Last)]
    public void Many_texts_divided_among_threads_have_the_bits_of_each_alone(int threadCount, EncoderRows rows)
    {
        using var executor = Load("mpnet", Precision.Int8, threadCount);
        int[][] texts = [.. Enumerable.Range(0, 24).Select(i => Enumerable.Range(0, 1 + (i * 13 % 40)).Select(j => ((i * 7) + (j * 5)) % 100).ToArray())];

        Assert.Equal(texts.SelectMany(text => Run(executor, rows, text)), Run(executor, rows, texts));
    }

    [Fact]
    public void Wanted_rows_are_the_same_bits_as_among_all()
    {
        using var executor = Load("bert", Precision.Fp32);
        var all = Run(executor, EncoderCases.Texts);
        var batch = new EncoderBatch();
        batch.Add(EncoderCases.Texts[0], EncoderRows.First);
        batch.Add(EncoderCases.Texts[1], EncoderRows.Last);
        var wanted = new float[2 * executor.HiddenSize];
        executor.Run(batch, wanted);
        Assert.Equal([.. all.Take(executor.HiddenSize), .. all.TakeLast(executor.HiddenSize)], wanted);
    }

    private double Difference(string name, Precision precision)
    {
        using var executor = Load(name, precision);
        var actual = Run(executor, [.. EncoderCases.TextsOf(name)]);
        var reference = new ReferenceEncoder(EncoderCases.Make(name));
        var expected = EncoderCases.TextsOf(name).SelectMany(reference.Run).SelectMany(row => row);
        return expected.Zip(actual, (one, other) => Math.Abs(one - other)).Max();
    }

    private EncoderExecutor Load(string name, Precision precision, int threadCount = 2)
    {
        var checkpoint = EncoderCases.Make(name);
        var folder = EncoderCases.Compile(name, precision, _folder, _folder.Path);
        return EncoderExecutor.Load(new EncoderDescription
        {
            OnnxPath = Path.Combine(folder, "model.onnx"),
            ModelFolder = folder,
            LayerCount = checkpoint.Number("num_hidden_layers"),
            HeadCount = checkpoint.Number("num_attention_heads"),
            HeadSize = checkpoint.Number("hidden_size") / checkpoint.Number("num_attention_heads"),
            HiddenSize = checkpoint.Number("hidden_size"),
        }, new ComputeOptions { ThreadCount = threadCount, MaxStepTokens = 1024 }, CancellationToken.None);
    }

    private static float[] Run(EncoderExecutor executor, params int[][] texts) => Run(executor, EncoderRows.All, texts);

    private static float[] Run(EncoderExecutor executor, EncoderRows wanted, params int[][] texts)
    {
        var batch = new EncoderBatch();
        foreach (var text in texts) batch.Add(text, wanted);
        var rows = new float[batch.RowCount * executor.HiddenSize];
        executor.Run(batch, rows);
        return rows;
    }
}

using Ingot.Compute.Execution;
using Ingot.Compute.Execution.Wide;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;

namespace Ingot.Compute.Tests.Execution.Wide;

/// <summary>Steps of many rows through products of others.</summary>
public sealed class WideStepsTests
{
    private const int Most = 320;

    private static readonly int[] Blocks = [.. Enumerable.Range(0, 20)];

    private static readonly Dictionary<string, TestDecoderOptions> Options = new TestDecoderOptions[]
    {
        new() { Architecture = TestArchitecture.Llama, Precision = TestPrecision.Int4, PackedQkv = true },
        new() { Architecture = TestArchitecture.Qwen2, Precision = TestPrecision.Int4, TiedEmbedding = true },
        new() { Architecture = TestArchitecture.Qwen3, Precision = TestPrecision.Int8, RotaryInAttention = false },
        new() { Architecture = TestArchitecture.Gemma2, Precision = TestPrecision.Int8ZeroPoints },
        new() { Architecture = TestArchitecture.Phi2, Precision = TestPrecision.Int4ZeroPoints, HeadSize = 32 },
        new() { Architecture = TestArchitecture.Phi3, Precision = TestPrecision.Int4, PackedQkv = true, Vocabulary = 203, FeedForward = 104, Hidden = 70, BlockSize = 16 },
    }.Select(o => o with { Positions = Most }).ToDictionary(o => o.Name);

    public static TheoryData<string> Models => [.. Options.Keys];

    [Theory]
    [MemberData(nameof(Models))]
    public void Are_near_to_the_executors_own(string name)
    {
        var products = new ExactProducts();
        using var plain = new LoadedDecoder(Options[name], maxStepTokens: Most);
        using var wide = new LoadedDecoder(Options[name], maxStepTokens: Most, products: products);
        int[] tokens = Tokens(1, 300);

        double difference = Difference(plain.Run(tokens, 0, Blocks), wide.Run(tokens, 0, Blocks));

        Assert.True(products.Rows > 0);
        Assert.InRange(difference, 1e-6, 0.12);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Shorter_steps_are_the_same_bits_as_without(string name)
    {
        var products = new ExactProducts();
        using var plain = new LoadedDecoder(Options[name], maxStepTokens: Most);
        using var wide = new LoadedDecoder(Options[name], maxStepTokens: Most, products: products);
        int[] tokens = Tokens(1, WideSteps.FewestRows - 1);

        Assert.Equal(plain.Run(tokens, 0, Blocks), wide.Run(tokens, 0, Blocks));
        Assert.Equal(0, products.Rows);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_row_is_the_same_bits_in_every_wide_step_and_with_any_number_of_threads(string name)
    {
        using var three = new LoadedDecoder(Options[name], maxStepTokens: Most, products: new ExactProducts());
        using var one = new LoadedDecoder(Options[name], threads: 1, maxStepTokens: Most, products: new ExactProducts());
        int[] tokens = Tokens(2, 150);
        float[][] whole = three.Run(tokens, 0, Blocks);

        Assert.Equal(whole, one.Run(tokens, 0, Blocks));
        float[][] first = three.Run(tokens.AsSpan(0, 70), 0, [.. Blocks.Select(block => block + 20)]);
        var batch = new StepBatch();
        batch.AddSequence(Tokens(3, 29), 0, new[] { 50, 51 }, 0);
        batch.AddSequence(tokens.AsSpan(70), 70, Blocks.Select(block => block + 20).ToArray(), 80);
        Assert.Equal(whole, [.. first, .. three.Run(batch)]);
    }

    [Fact]
    public void Without_memory_for_copies_there_are_none_and_the_reason_is_told()
    {
        var products = new ExactProducts { FreeBytes = 1000 };
        TestDecoderOptions options = Options.Values.First();
        using var plain = new LoadedDecoder(options, maxStepTokens: Most);
        using var wide = new LoadedDecoder(options, maxStepTokens: Most, products: products);
        int[] tokens = Tokens(1, 100);

        Assert.Equal((0, 0L, 0), (wide.Executor.Wide!.MatrixCount, wide.Executor.Wide.ByteLength, products.Packed));
        Assert.Contains("MiB", wide.Executor.Wide.Reason, StringComparison.Ordinal);
        Assert.Equal(plain.Run(tokens, 0, Blocks), wide.Run(tokens, 0, Blocks));
    }

    [Fact]
    public void A_copy_that_cannot_be_made_takes_the_others_with_it()
    {
        var products = new ExactProducts { FailsAt = 3 };
        using var wide = new LoadedDecoder(Options.Values.First(), maxStepTokens: Most, products: products);

        Assert.Equal((0, 3, 0), (wide.Executor.Wide!.MatrixCount, products.Packed, products.Alive));
        Assert.Contains("no room for this one", wide.Executor.Wide.Reason, StringComparison.Ordinal);
        Assert.Equal(100, wide.Run(Tokens(1, 100), 0, Blocks).Length);
    }

    [Fact]
    public void Copies_are_counted_and_go_with_the_executor()
    {
        var products = new ExactProducts();
        using (var wide = new LoadedDecoder(Options.Values.First(), maxStepTokens: Most, products: products))
        {
            Assert.True(products.Alive > 0);
            Assert.Equal(products.Alive, wide.Executor.Wide!.MatrixCount);
            // 128 x 64 for queries, keys and values, 64 x 64, 96 x 64 twice and 64 x 96, and a scale to each output. Of the last layer only
            // the first: behind its attention there are the rows alone whose logits are wanted.
            const int Codes = (2 * 128 * 64) + (64 * 64) + (2 * 96 * 64) + (64 * 96), Scales = (2 * 128) + 64 + 96 + 96 + 64;
            Assert.Equal(Codes + (4 * Scales), wide.Executor.Wide.ByteLength);
        }
        Assert.Equal(0, products.Alive);
    }

    [Theory]
    [InlineData(TestPrecision.Float32, Most, false, "no products with 4- or 8-bit weights")]
    [InlineData(TestPrecision.Int4, 63, false, "at most 63 tokens")]
    [InlineData(TestPrecision.Int4, Most, true, "mixture of experts")]
    public void What_has_no_such_form_is_told(TestPrecision precision, int most, bool isMixture, string reason)
    {
        var options = new TestDecoderOptions { Precision = precision, Experts = isMixture ? new TestExperts { Count = 32, Chosen = 4, Inner = 96 } : null };
        using var wide = new LoadedDecoder(options, maxStepTokens: most, products: new ExactProducts());

        Assert.Equal(0, wide.Executor.Wide!.MatrixCount);
        Assert.Contains(reason, wide.Executor.Wide.Reason, StringComparison.Ordinal);
    }

    private static int[] Tokens(ulong seed, int count)
    {
        var random = new TestRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Below(200))];
    }

    private static double Difference(float[][] exact, float[][] other)
    {
        double difference = 0, size = 0;
        foreach (var (one, two) in exact.SelectMany(row => row).Zip(other.SelectMany(row => row)))
        {
            difference += Math.Pow(one - two, 2);
            size += Math.Pow(one, 2);
        }
        return Math.Sqrt(difference / size);
    }
}

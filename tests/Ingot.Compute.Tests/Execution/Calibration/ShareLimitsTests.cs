using Ingot.Compute.Execution;
using Ingot.Compute.Execution.Calibration;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;

namespace Ingot.Compute.Tests.Execution.Calibration;

/// <summary>In how many shares a step is dealt out, and that nobody can tell by its results.</summary>
public sealed class ShareLimitsTests
{
    private static readonly Dictionary<string, TestDecoderOptions> Options = new TestDecoderOptions[]
    {
        new() { Architecture = TestArchitecture.Llama, Precision = TestPrecision.Int4, PackedQkv = true, FeedForward = 1344 },
        new() { Architecture = TestArchitecture.Qwen3, Precision = TestPrecision.Int8, FeedForward = 1344 },
        new() { Architecture = TestArchitecture.Gemma2, Precision = TestPrecision.Float16, FeedForward = 1344 },
        new() { Precision = TestPrecision.Int4, Experts = new TestExperts { Count = 8, Chosen = 2, Inner = 192 } },
    }.ToDictionary(options => options.Name);

    public static TheoryData<string> Models => [.. Options.Keys];

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_division_gives_the_same_bits(string name)
    {
        using var model = new LoadedDecoder(Options[name]);
        float[][] usual = Run(model);

        Assert.Equal(ShareLimits.Usual, model.Executor.Limits);
        foreach (int most in new[] { 1, 2, 4, 8, 16, 32, 1000 })
        {
            model.Executor.Limits = ShareLimits.Of(most);
            Assert.Equal(usual, Run(model));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(31, 2)]
    [InlineData(32, 3)]
    [InlineData(512, 3)]
    public void Steps_of_one_row_of_a_few_and_of_many_have_limits_of_their_own(int rows, int expected) =>
        Assert.Equal(expected, new ShareLimits(1, 2, 3).Most(rows));

    [Fact]
    public void A_model_too_small_to_tell_anything_is_not_tried()
    {
        using var model = new LoadedDecoder(Options.Values.First(), clock: new ManualTime());

        Assert.Equal(ShareLimits.Usual, model.Executor.Limits);
        Assert.EndsWith("shares as usual", model.Executor.Summary, StringComparison.Ordinal);
    }

    // A prompt in a step of many, then in steps of a few, then one by one.
    private static float[][] Run(LoadedDecoder model)
    {
        var random = new TestRandom(5);
        int[] tokens = [.. Enumerable.Range(0, 60).Select(_ => random.Below(200))], blocks = [0, 1, 2, 3];
        float[][] many = model.Run(tokens.AsSpan(0, 48), 0, blocks), few = model.Run(tokens.AsSpan(48, 9), 48, blocks);
        return [.. many, .. few, .. Enumerable.Range(57, 3).SelectMany(i => model.Run(tokens.AsSpan(i, 1), i, blocks))];
    }
}

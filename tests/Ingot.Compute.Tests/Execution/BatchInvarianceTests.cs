using Ingot.Compute.Execution;
using Ingot.Testing.OnnxModels;

namespace Ingot.Compute.Tests.Execution;

/// <summary>A sequence's logits are the same bits however its tokens are divided into steps and whoever else is in them.</summary>
public sealed class BatchInvarianceTests
{
    private const int Length = 37;

    public static TheoryData<string> Models => [.. Options.Keys];

    private static readonly Dictionary<string, TestDecoderOptions> Options = new TestDecoderOptions[]
    {
        new() { Architecture = TestArchitecture.Llama, Precision = TestPrecision.Float16, PackedQkv = true },
        new() { Architecture = TestArchitecture.Qwen2, Precision = TestPrecision.Int4, TiedEmbedding = true },
        new() { Architecture = TestArchitecture.Qwen3, Precision = TestPrecision.Int8, RotaryInAttention = false },
        new() { Architecture = TestArchitecture.Gemma2 },
        new() { Architecture = TestArchitecture.Phi2, Precision = TestPrecision.Int4ZeroPoints, HeadSize = 32 },
        new() { Architecture = TestArchitecture.Phi3, Precision = TestPrecision.BFloat16, PackedQkv = true, Vocabulary = 203, FeedForward = 104 },
        new() { Architecture = TestArchitecture.Phi3, PackedQkv = true, ShortPositions = 20 },
        new() { Precision = TestPrecision.Int4, Sinks = true, Experts = new() { Count = 32, Chosen = 4, Inner = 96, Alpha = 1.702f, Beta = 1, Limit = 1, Bias = true } },
        new() { Precision = TestPrecision.Int8ZeroPoints, Experts = new() { Count = 5, Chosen = 2, BlockSize = 0, Inner = 40, Shared = 48, Normalize = false } },
        new() { Precision = TestPrecision.Float16, Experts = new() { Chosen = 2, Activation = "silu", HasThird = true, SparseMixer = true, Inner = 72 } },
    }.ToDictionary(o => o.Name);

    [Theory]
    [MemberData(nameof(Models))]
    public void In_one_step_or_in_pieces(string name)
    {
        using var decoder = new LoadedDecoder(Options[name]);
        var tokens = Tokens(1);
        var whole = decoder.Run(tokens, 0, [0, 1, 2]);
        foreach (var pieces in new int[][] { [1, 36], [16, 16, 5], [10, 1, 1, 17, 8] })
        {
            var past = 0;
            foreach (var piece in pieces)
            {
                var rows = decoder.Run(tokens.AsSpan(past, piece), past, [10, 4, 7], Length);
                for (var i = 0; i < piece; i++)
                    Assert.Equal(whole[past + i], rows[i]);
                past += piece;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Alone_or_with_others(string name)
    {
        using var decoder = new LoadedDecoder(Options[name]);
        var (a, b, c) = (Tokens(1), Tokens(2), Tokens(3));
        var aloneA = decoder.Run(a, 0, [0, 1, 2]);
        var aloneB = decoder.Run(b, 0, [3, 4, 5]);
        var aloneC = decoder.Run(c.AsSpan(0, 5), 0, [6]);

        var batch = new StepBatch();
        batch.AddSequence(b.AsSpan(0, 20), 0, new[] { 20, 21 }, 0, Length);
        batch.AddSequence(a.AsSpan(0, 30), 0, new[] { 30, 31 }, 30, Length);
        var rows = decoder.Run(batch);
        for (var i = 0; i < 30; i++)
            Assert.Equal(aloneA[i], rows[i]);

        batch.Clear();
        batch.AddSequence(a.AsSpan(30, 1), 30, new[] { 30, 31 }, 1, Length);
        batch.AddSequence(c.AsSpan(0, 5), 0, new[] { 40 }, 2);
        batch.AddSequence(b.AsSpan(20, 10), 20, new[] { 20, 21 }, 1, Length);
        rows = decoder.Run(batch);
        Assert.Equal(aloneA[30], rows[0]);
        Assert.Equal(aloneC[3], rows[1]);
        Assert.Equal(aloneC[4], rows[2]);
        Assert.Equal(aloneB[29], rows[3]);
    }

    [Fact]
    public void Keys_of_two_rotary_tables_differ_and_stay_apart()
    {
        using var decoder = new LoadedDecoder(Options.Values.Single(options => options.ShortPositions > 0));
        var tokens = Tokens(1);
        var asShort = decoder.Run(tokens.AsSpan(0, 20), 0, [0, 1, 2]);
        var asLong = decoder.Run(tokens.AsSpan(0, 20), 0, [3, 4, 5], Length);
        Assert.Equal([20], decoder.Executor.RotaryLimits);
        Assert.NotEqual(asShort[19], asLong[19]);
        Assert.Equal(asLong[19], decoder.Run(tokens, 0, [0, 1, 2])[19]);
    }

    [Fact]
    public void A_table_for_longer_sequences_than_the_context_is_left_out()
    {
        using var decoder = new LoadedDecoder(Options.Values.Single(options => options.ShortPositions > 0), contextLength: 20);
        Assert.Equal((0, 20), (decoder.Executor.RotaryLimits.Count, decoder.Executor.MaxPositions));
    }

    [Fact]
    public void With_any_number_of_threads()
    {
        foreach (var options in Options.Values)
        {
            using var one = new LoadedDecoder(options, threads: 1);
            using var five = new LoadedDecoder(options, threads: 5);
            var tokens = Tokens(4);
            Assert.Equal(one.Run(tokens, 0, [0, 1, 2]), five.Run(tokens, 0, [0, 1, 2]));
        }
    }

    [Fact]
    public void Weights_of_brain_floats_give_what_their_values_as_fp32_give_nearly()
    {
        var half = new TestDecoderOptions { Precision = TestPrecision.BFloat16 };
        using var rounded = new LoadedDecoder(half);
        using var exact = new LoadedDecoder(half with { Precision = TestPrecision.Float32 });
        var expected = exact.Run(Tokens(5), 0, [0, 1, 2])[^1];
        var actual = rounded.Run(Tokens(5), 0, [0, 1, 2])[^1];
        var rms = MathF.Sqrt(expected.Average(v => v * v));
        var difference = MathF.Sqrt(expected.Zip(actual, (e, a) => (e - a) * (e - a)).Average());
        Assert.InRange(difference / rms, 1e-5f, 3e-2f);
    }

    private static int[] Tokens(ulong seed)
    {
        var random = new TestRandom(seed);
        return [.. Enumerable.Range(0, Length).Select(_ => random.Below(200))];
    }
}

using Ingot.Engine.Sampling;
using Ingot.Engine.Sampling.Masks;

namespace Ingot.Engine.Tests.Sampling;

public sealed class SamplerMaskTests
{
    private static readonly int[] Prompt = [1, 2, 3, 3];
    private static readonly int[] Generated = [3, 5, 5, 60];

    public static TheoryData<string, SamplingOptions> Options => SamplerTests.Options;

    [Theory]
    [MemberData(nameof(Options))]
    public void Draws_among_few_tokens_follow_the_distribution_of_these_alone(string name, SamplingOptions options)
    {
        const int Draws = 4_000;
        float[] logits = Some.Logits(7, 61);
        ulong[] allowed = Mask(61, token => token % 3 != 1);
        double[] expected = ReferenceSampler.Distribution(Forbid(logits, allowed), options, Prompt, Generated);
        var scratch = new SamplingScratch(logits.Length);
        var counts = new int[logits.Length];

        for (int i = 0; i < Draws; i++)
            counts[Draw(options with { Seed = (ulong)i }, logits, allowed, Generated, scratch)]++;

        double chiSquare = 0;
        int cells = 0;
        for (int token = 0; token < counts.Length; token++)
        {
            Assert.True((expected[token] > 0 && token % 3 != 1) || counts[token] == 0, $"{name}: token {token} was drawn {counts[token]} times");
            if (expected[token] * Draws < 5)
                continue;
            cells++;
            chiSquare += Math.Pow(counts[token] - (expected[token] * Draws), 2) / (expected[token] * Draws);
        }
        Assert.True(chiSquare < cells + (5 * Math.Sqrt(2 * cells)), $"{name}: {chiSquare:F1} in {cells} cells");
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Draws_among_many_tokens_are_those_of_a_row_that_has_no_others(string name, SamplingOptions options)
    {
        float[] logits = Some.Logits(8, 20_000);
        ulong[] allowed = Mask(logits.Length, token => token % 2 == 0 || token < 400);
        float[] without = Forbid(logits, allowed);
        var scratch = new SamplingScratch(logits.Length);
        for (ulong seed = 0; seed < 40; seed++)
        {
            int drawn = Draw(options with { Seed = seed }, logits, allowed, Generated, scratch);
            Assert.True(Draw(options with { Seed = seed }, without, [], Generated, scratch) == drawn, $"{name}, seed {seed}");
            Assert.True(drawn % 2 == 0 || drawn < 400);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(20_000)]
    public void The_most_likely_allowed_token_is_chosen_however_many_there_are(int count)
    {
        var scratch = new SamplingScratch(20_000);
        for (int seed = 0; seed < 20; seed++)
        {
            float[] logits = Some.Logits(seed, 20_000);
            HashSet<int> tokens = [.. Enumerable.Range(0, 20_000).OrderBy(token => (token * 7919L + seed) % 20_011).Take(count)];
            int expected = tokens.MaxBy(token => logits[token]);
            Assert.Equal(expected, Draw(new SamplingOptions { Temperature = 0 }, logits, Mask(20_000, tokens.Contains), [], scratch));
        }
    }

    [Fact]
    public void Of_equally_likely_allowed_tokens_the_lowest_is_chosen() =>
        Assert.Equal(70, Draw(new SamplingOptions { Temperature = 0 }, new float[200], Mask(200, token => token >= 70), [], new SamplingScratch(200)));

    [Fact]
    public void A_mask_may_be_longer_than_the_row()
    {
        ulong[] all = [ulong.MaxValue, ulong.MaxValue];
        var scratch = new SamplingScratch(70);
        for (ulong seed = 0; seed < 300; seed++)
            Assert.InRange(Draw(new SamplingOptions { Seed = seed }, new float[70], all, [], scratch), 0, 69);
    }

    [Fact]
    public void Allowed_tokens_that_are_no_numbers_are_not_sampled()
    {
        float[] logits = new float[100];
        logits[9] = float.NaN;
        var sampler = new Sampler(new SamplingOptions(), Prompt);
        Assert.False(sampler.TryChoose((float[])[.. logits], Mask(100, token => token < 20), new SamplingScratch(100), out int token));
        Assert.Equal(-1, token);
        Assert.True(sampler.TryChoose((float[])[.. logits], Mask(100, token => token > 20), new SamplingScratch(100), out token));
    }

    internal static int Draw(SamplingOptions options, float[] logits, ulong[] allowed, int[] generated, SamplingScratch scratch)
    {
        var sampler = new Sampler(options, Prompt);
        foreach (int token in generated)
            sampler.Remember(token);
        Assert.True(sampler.TryChoose((float[])[.. logits], allowed, scratch, out int drawn));
        return drawn;
    }

    private static ulong[] Mask(int count, Func<int, bool> isAllowed)
    {
        var mask = new ulong[TokenMask.WordsFor(count)];
        for (int token = 0; token < count; token++)
        {
            if (isAllowed(token))
                mask[token >> 6] |= 1UL << (token & 63);
        }
        return mask;
    }

    private static float[] Forbid(float[] logits, ulong[] allowed) =>
        [.. logits.Select((logit, token) => (allowed[token >> 6] >> (token & 63) & 1) != 0 ? logit : float.NegativeInfinity)];
}

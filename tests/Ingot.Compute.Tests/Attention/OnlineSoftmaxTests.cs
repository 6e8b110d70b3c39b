using Ingot.Compute.Attention;
using Ingot.Compute.Kernels;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Tests.Attention;

/// <summary>Each form of the softmax against double precision, and all of them against one another.</summary>
public sealed unsafe class OnlineSoftmaxTests
{
    private const int Tokens = OnlineSoftmax.BlockTokens, Queries = 8, Blocks = 5;

    private static readonly Dictionary<KernelForm, Walk> Forms = new Dictionary<KernelForm, Walk>
    {
        [KernelForm.Scalar] = new Walk<ScalarLanes, ScalarLanes>(),
        [KernelForm.Vector128] = new Walk<Lanes128, Lanes128>(),
        [KernelForm.Vector256] = new Walk<Lanes256, Lanes256>(),
        [KernelForm.Vector512] = new Walk<Lanes512, Lanes256>(),
    }.Where(form => KernelForms.IsSupported(form.Key)).ToDictionary();

    public static TheoryData<int, int, float> Sights => new()
    {
        // first token seen, tokens hidden at the end, softcap
        { 0, 0, 0 },
        { 0, 3, 0 },
        { 5, 9, 0 },
        { 0, 0, 2.5f },
        { 17, 0, 30 },
        { 40, 39, 0 },
    };

    [Theory]
    [MemberData(nameof(Sights))]
    public void Weights_of_what_is_seen_are_near_their_exact_value_in_every_form(int from, int hiddenAtEnd, float softcap)
    {
        float[] scores = Scores();
        int to = (Blocks * Tokens) - hiddenAtEnd;
        foreach (Walk walk in Forms.Values)
        {
            Result result = walk.Run(scores, from, to, softcap, sink: null);
            for (int q = 0; q < Queries; q++)
            {
                double[] seen = [.. Enumerable.Range(from, to - from).Select(token => Capped(scores[Place(q, token)], softcap))];
                double largest = seen.Max(), sum = seen.Sum(score => Math.Exp(score - largest));
                Assert.Equal(largest, result.Largest[q], 2e-6 * Math.Abs(largest));
                Assert.Equal(1, result.Sums[q] * Math.Exp(result.Largest[q] - largest) / sum, 1e-6);
                for (int token = 0; token < Blocks * Tokens; token++)
                {
                    // Relative to the largest score when its block came.
                    bool isSeen = token >= from && token < to;
                    float power = result.Powers[Place(q, token)], then = result.LargestThen[(token / Tokens * Queries) + q];
                    double exponent = isSeen ? Capped(scores[Place(q, token)], softcap) - then : 0, exact = isSeen ? Math.Exp(exponent) : 0;

                    // A power's relative error is its exponent's error, whose rounding grows with its size.
                    Assert.Equal(exact, power, exact * 1e-6 * (1 + ((1 + Math.Abs(softcap)) * 0.1 * Math.Abs(exponent))));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sights))]
    public void Every_form_gives_the_same_bits(int from, int hiddenAtEnd, float softcap)
    {
        float[] scores = Scores();
        Result expected = Forms[KernelForm.Scalar].Run(scores, from, (Blocks * Tokens) - hiddenAtEnd, softcap, sink: 1.5f);
        Assert.All(Forms.Values, walk =>
        {
            Result result = walk.Run(scores, from, (Blocks * Tokens) - hiddenAtEnd, softcap, sink: 1.5f);
            Assert.Equal(expected.Powers, result.Powers);
            Assert.Equal(expected.Sums, result.Sums);
            Assert.Equal(expected.Largest, result.Largest);
            Assert.Equal(expected.Factors, result.Factors);
        });
    }

    [Theory]
    [InlineData(-50)]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(90)]
    [InlineData(200)]
    public void A_sink_takes_its_part_in_every_form(float sink)
    {
        foreach (Walk walk in Forms.Values)
        {
            Result result = walk.Run(Scores(), 0, Blocks * Tokens, 0, sink);
            for (int q = 0; q < Queries; q++)
            {
                double exact = 1 / (result.Sums[q] + Math.Exp(sink - (double)result.Largest[q]));
                Assert.Equal(exact, result.Factors[q], (exact * 2e-6) + 1e-37);
            }
        }
    }

    [Fact]
    public void What_is_not_a_number_is_not_lost_in_any_form()
    {
        float[] scores = Scores();
        scores[Place(2, 21)] = float.NaN;
        foreach (Walk walk in Forms.Values)
        {
            Result result = walk.Run(scores, 0, Blocks * Tokens, 0, sink: null);
            Assert.Equal(Enumerable.Range(0, Queries).Select(q => q == 2), result.Sums.Select(float.IsNaN));
        }
    }

    private static double Capped(double score, float softcap) => softcap > 0 ? softcap * Math.Tanh(score / softcap) : score;

    private static int Place(int query, int token) => (token / Tokens * Queries * Tokens) + (query * Tokens) + (token % Tokens);

    private static float[] Scores()
    {
        var random = new Random(11);
        return [.. Enumerable.Range(0, Blocks * Queries * Tokens).Select(_ => (random.NextSingle() * 20) - 12)];
    }

    private sealed record Result(float[] Powers, float[] LargestThen, float[] Largest, float[] Sums, float[] Factors);

    private abstract class Walk
    {
        public abstract Result Run(float[] scores, int from, int to, float softcap, float? sink);
    }

    private sealed class Walk<TWide, T> : Walk
        where TWide : unmanaged, ILanes<TWide>, ILaneFold<T>
        where T : unmanaged, IEightLanes<T>
    {
        public override Result Run(float[] scores, int from, int to, float softcap, float? sink)
        {
            float[] powers = [.. scores], then = new float[Blocks * Queries], largest = new float[Queries], sums = new float[Queries * 8], corrections = new float[Queries];
            Array.Fill(largest, float.NegativeInfinity);
            bool seesAll = from == 0 && to == Blocks * Tokens && softcap == 0;
            fixed (float* first = powers, most = largest, sum = sums, correction = corrections)
            {
                for (int block = 0; block < Blocks; block++)
                {
                    float* tile = first + (block * Queries * Tokens);
                    T.Load(most).Store(correction);
                    int begin = from - (block * Tokens), end = to - (block * Tokens);
                    if (seesAll) OnlineSoftmax<TWide, T>.RaiseLargest(tile, Queries, Queries, most);
                    else for (int q = 0; q < Queries; q++) most[q] = OnlineSoftmax<TWide, T>.Prepare(tile + (q * Tokens), begin, end, softcap, most[q]);
                    OnlineSoftmax<TWide, T>.Add(tile, Queries, most, correction, sum);
                    largest.CopyTo(then, block * Queries);
                }

                float[] totals = new float[Queries], factors = new float[Queries];
                for (int q = 0; q < Queries; q++)
                {
                    totals[q] = T.Sum(T.Load(sum + (q * 8)));
                    if (sink is { } score) factors[q] = OnlineSoftmax<TWide, T>.WithSink(totals[q], largest[q], score);
                }

                return new Result(powers, then, largest, totals, factors);
            }
        }
    }
}

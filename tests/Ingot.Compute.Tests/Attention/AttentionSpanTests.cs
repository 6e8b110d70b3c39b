using Ingot.Compute.Attention;
using Ingot.Compute.Kernels;
using Ingot.Compute.Threading;

namespace Ingot.Compute.Tests.Attention;

/// <summary>Long sequences, which are gone through in spans, by one member or by several.</summary>
public sealed class AttentionSpanTests
{
    private static readonly int[] Lengths = [330, 65];

    public static TheoryData<int, int, int, int, float> Shapes => new()
    {
        // query heads, kv heads, head size, window, softcap
        { 7, 1, 64, 0, 0 },
        { 4, 2, 40, 100, 0 },
        { 2, 1, 256, 0, 30 },
        { 40, 1, 12, 70, 0 },
    };

    [Fact]
    public void Every_position_lies_in_one_span()
    {
        int last = 0;
        for (int position = 0; position < 10_000; position++)
        {
            int span = AttentionSpans.Of(position);
            Assert.InRange(span, last, last + 1);
            Assert.InRange(position, AttentionSpans.Start(span), AttentionSpans.Start(span + 1) - 1);
            Assert.Equal(0, AttentionSpans.Start(span) % 32);
            last = span;
        }

        Assert.Equal(int.MaxValue, AttentionSpans.Start(AttentionSpans.Of(int.MaxValue) + 1));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Several_spans_equal_the_textbook(int queryHeads, int kvHeads, int headSize, int window, float softcap)
    {
        foreach (KernelForm form in Forms)
        {
            using AttentionSample sample = AttentionSample.Of(queryHeads, kvHeads, headSize, window, softcap, Lengths);
            float[][] results = sample.Run(1000, 1, form);
            foreach (int row in (int[])[0, 63, 64, 65, 127, 128, 255, 256, 257, 329])
            {
                float[] expected = sample.Expected(0, row);
                for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], results[0][(row * sample.QueryWidth) + i], 1e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_bits_do_not_depend_on_who_does_which_span(int queryHeads, int kvHeads, int headSize, int window, float softcap)
    {
        foreach (KvFormat format in Enum.GetValues<KvFormat>())
        {
            float[][]? expected = null;
            foreach (KernelForm form in Forms)
            {
                using AttentionSample sample = AttentionSample.Of(queryHeads, kvHeads, headSize, window, softcap, Lengths, format: format);
                expected ??= sample.Run(1000, 1, form);
                Assert.Equal(expected, sample.Run(1000, 3, form));
                bool isUsual = format == KvFormat.Float32 && form == KernelForms.Best;
                int chunk = isUsual ? 1 : 11;
                foreach (int shares in (int[])(isUsual ? [1, 4, 32] : [5]))
                {
                    using var pieces = new AttentionPieces(memberCount: 32);
                    Assert.Equal(expected, sample.Run(chunk, shares, form, pieces));
                    Assert.InRange(sample.DividedSteps, 250 / chunk, 330 / chunk);
                }
            }
        }
    }

    [Fact]
    public void Members_may_do_them_at_the_same_time()
    {
        using AttentionSample sample = AttentionSample.Of(14, 2, 64, 0, 0, Lengths);
        float[][] expected = sample.Run(1000, 1, KernelForms.Best);
        using var team = new ThreadTeam(4);
        using var pieces = new AttentionPieces(team.Count);
        for (int round = 0; round < 10; round++)
        {
            Assert.Equal(expected, sample.Run(3, team.Count, KernelForms.Best, pieces, team));
            Assert.True(sample.DividedSteps > 50);
        }
    }

    [Fact]
    public void What_a_step_left_that_broke_off_does_not_matter()
    {
        using AttentionSample sample = AttentionSample.Of(7, 1, 64, 0, 0, Lengths);
        float[][] expected = sample.Run(1000, 1, KernelForms.Best);
        using var pieces = new AttentionPieces(memberCount: 4);
        Assert.False(pieces.Finish(0, 1, 4));
        pieces.Clear();
        Assert.Equal(expected, sample.Run(1, 4, KernelForms.Best, pieces));
    }

    [Fact]
    public void One_member_has_nobody_to_share_with()
    {
        using AttentionSample sample = AttentionSample.Of(7, 1, 64, 0, 0, Lengths);
        using var pieces = new AttentionPieces(memberCount: 1);
        sample.Run(1, 1, KernelForms.Best, pieces);
        Assert.Equal(0, sample.DividedSteps);
    }

    private static IEnumerable<KernelForm> Forms => Enum.GetValues<KernelForm>().Where(KernelForms.IsSupported);
}

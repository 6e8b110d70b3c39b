using Ingot.Compute.Attention;
using Ingot.Compute.Kernels;

namespace Ingot.Compute.Tests.Attention;

public sealed class PagedAttentionTests
{
    public static TheoryData<int, int, int, int, float, int> Shapes => new()
    {
        // query heads, kv heads, head size, window, softcap, block size
        { 14, 2, 64, 0, 0, 16 },
        { 4, 4, 32, 0, 0, 16 },
        { 8, 1, 128, 0, 0, 32 },
        { 3, 1, 80, 0, 30, 16 },
        { 4, 2, 40, 20, 0, 16 },
        { 2, 1, 256, 5, 50, 16 },
        { 40, 1, 12, 1, 0, 48 },
        { 5, 5, 1, 33, 0, 16 },
    };

    private static IEnumerable<(KvFormat Format, KernelForm Form)> FormatsAndForms =>
        from format in Enum.GetValues<KvFormat>()
        from form in Enum.GetValues<KernelForm>().Where(KernelForms.IsSupported)
        select (format, form);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_form_equals_the_textbook(int queryHeads, int kvHeads, int headSize, int window, float softcap, int blockSize)
    {
        foreach ((KvFormat format, KernelForm form) in FormatsAndForms)
        {
            using AttentionSample sample = AttentionSample.Of(queryHeads, kvHeads, headSize, window, softcap, [70, 1, 33], blockSize, format);
            float[][] results = sample.Run(1000, 3, form);
            for (int s = 0; s < results.Length; s++)
            {
                for (int row = 0; row < results[s].Length / sample.QueryWidth; row++)
                {
                    float[] expected = sample.Expected(s, row);
                    for (int i = 0; i < expected.Length; i++)
                        Assert.Equal(expected[i], results[s][(row * sample.QueryWidth) + i], 1e-5);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_form_gives_the_same_bits(int queryHeads, int kvHeads, int headSize, int window, float softcap, int blockSize)
    {
        foreach (IGrouping<KvFormat, (KvFormat Format, KernelForm Form)> forms in FormatsAndForms.GroupBy(both => both.Format))
        {
            float[][][] results = [.. forms.Select(both =>
            {
                using AttentionSample sample = AttentionSample.Of(queryHeads, kvHeads, headSize, window, softcap, [70, 1, 33], blockSize, both.Format);
                return sample.Run(1000, 3, both.Form);
            })];
            Assert.All(results, result => Assert.Equal(results[0], result));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_rows_bits_do_not_depend_on_chunks_company_or_members(int queryHeads, int kvHeads, int headSize, int window, float softcap, int blockSize)
    {
        foreach ((KvFormat format, KernelForm form) in FormatsAndForms)
        {
            using AttentionSample together = AttentionSample.Of(queryHeads, kvHeads, headSize, window, softcap, [45, 20, 7], blockSize, format);
            float[][] expected = together.Run(1000, 1, form);
            foreach (int chunk in (int[])(format == KvFormat.Float32 ? [1, 2, 5, 16, 31] : [1, 13]))
                foreach (int members in (int[])[1, 4])
                {
                    using AttentionSample divided = AttentionSample.Of(queryHeads, kvHeads, headSize, window, softcap, [45, 20, 7], blockSize, format);
                    Assert.Equal(expected, divided.Run(chunk, members, form));
                }
        }
    }

    [Fact]
    public void A_copied_block_holds_the_same_keys_and_values()
    {
        using AttentionSample sample = AttentionSample.Of(2, 1, 16, 0, 0, [16]);
        sample.Run(16, 1, KernelForm.Scalar);
        float[] before = sample.Expected(0, 15);
        int[] moved = [0, 1, 2];
        for (int block = 0; block < sample.Store.BlockCount; block++)
            for (int other = 0; other < sample.Store.BlockCount; other++)
                if (block != other && HasTokens(sample.Store, block)) sample.Store.CopyBlock(block, other);
        Assert.All(moved, block => Assert.True(HasTokens(sample.Store, block)));
        Assert.Equal(before, sample.Expected(0, 15));
    }

    [Fact]
    public void Sinks_take_their_part_of_the_weights()
    {
        // Far below every score, among them, and so far above that the scores vanish beside it.
        var shape = new AttentionShape { QueryHeadCount = 6, KvHeadCount = 2, HeadSize = 32, Scale = 0.4f, WindowSize = 20, Sinks = [-50, -1, 0, 2, 9, 200] };
        foreach ((KvFormat format, KernelForm form) in FormatsAndForms)
        {
            using var sample = new AttentionSample(shape, [70, 1, 33], 16, format);
            float[][] results = sample.Run(1000, 3, form);
            Assert.Equal(results, sample.Run(7, 2, form));
            for (int s = 0; s < results.Length; s++)
            {
                for (int row = 0; row < results[s].Length / sample.QueryWidth; row++)
                {
                    float[] expected = sample.Expected(s, row);
                    for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], results[s][(row * sample.QueryWidth) + i], 1e-5);
                }
            }
        }
    }

    private static unsafe bool HasTokens(KvStore store, int block) => !float.IsNaN(KvTiles.ReadValue(store.Layout, store.ValueTile(1, block, 0, 0), 0, 0));
}

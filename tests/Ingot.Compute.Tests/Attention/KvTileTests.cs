using Ingot.Compute.Attention;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Tests.Attention;

/// <summary>Keys and values in fewer bits: what is written is the nearest there is, and every form reads the same bits.</summary>
public sealed unsafe class KvTileTests
{
    public static TheoryData<int> HeadSizes => [1, 12, 32, 40, 64, 80, 128, 256];

    [Theory]
    [MemberData(nameof(HeadSizes))]
    public void Halves_are_rounded_to_nearest_and_too_large_ones_stay_finite(int headSize)
    {
        float[] numbers = [.. Numbers(headSize * 16, seed: headSize)];
        float[] special = [0, -0f, 65504, 65519, 65520, -1e30f, float.PositiveInfinity, 5.9604645e-8f, 2.9e-8f, 6.1e-5f, 6.1035156e-5f, 1.00048828125f, 1.0014648f, 3e-39f];
        special.AsSpan(0, Math.Min(special.Length, numbers.Length)).CopyTo(numbers);
        using var sample = new Sample(KvFormat.Float16, headSize, numbers);
        for (int i = 0; i < numbers.Length; i++)
        {
            float nearest = (float)(Half)Math.Clamp(numbers[i], -65504, 65504);
            Assert.Equal(nearest, sample.Key(i));
            Assert.Equal(nearest, sample.Value(i));
        }
    }

    [Theory]
    [MemberData(nameof(HeadSizes))]
    public void Bytes_are_off_by_half_a_step_of_their_group_at_most(int headSize)
    {
        float[] numbers = [.. Numbers(headSize * 16, seed: headSize)];
        using var sample = new Sample(KvFormat.Int8, headSize, numbers);
        for (int token = 0; token < 16; token++)
        {
            for (int group = 0; group < headSize; group += 32)
            {
                int first = (token * headSize) + group, count = Math.Min(32, headSize - group);
                float step = numbers.AsSpan(first, count).ToArray().Max(MathF.Abs) / 127;
                for (int i = first; i < first + count; i++)
                {
                    Assert.Equal(numbers[i], sample.Key(i), 0.5001f * step);
                    Assert.Equal(sample.Key(i), sample.Value(i));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(HeadSizes))]
    public void Every_form_reads_the_same_bits(int headSize)
    {
        foreach (KvFormat format in new[] { KvFormat.Float16, KvFormat.Int8 })
        {
            using var sample = new Sample(format, headSize, [.. Numbers(headSize * 16, seed: 3)]);
            foreach (KernelForm form in Enum.GetValues<KernelForm>().Where(KernelForms.IsSupported))
            {
                for (int tokens = 1; tokens <= 16; tokens++)
                {
                    (float[] keys, float[] values) = sample.Widen(tokens, form);
                    for (int i = 0; i < tokens * headSize; i++)
                    {
                        Assert.Equal(sample.Key(i), keys[(i % headSize * 16) + (i / headSize)]);
                        Assert.Equal(sample.Value(i), values[i]);
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(KvFormat.Float32, 64, 2 * 64 * 4)]
    [InlineData(KvFormat.Float16, 64, 2 * 64 * 2)]
    [InlineData(KvFormat.Int8, 64, 2 * (64 + 8))]
    [InlineData(KvFormat.Int8, 80, 2 * (80 + 12))]
    public void A_token_takes_what_its_numbers_and_scales_take(KvFormat format, int headSize, int bytes)
    {
        Assert.Equal(3 * 5 * bytes, KvStore.BytesPerToken(format, layerCount: 3, kvHeadCount: 5, headSize));
        using var store = new KvStore(3, 5, headSize, blockCount: 2, blockSize: 32, format);
        Assert.Equal(32 * 3 * 5 * bytes, store.BytesPerBlock);
    }

    private static IEnumerable<float> Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-7, 3)));
    }

    /// <summary>A tile of 16 tokens of one head: number i is token i / head size's.</summary>
    private sealed class Sample : IDisposable
    {
        private readonly KvStore _store;

        public Sample(KvFormat format, int headSize, float[] numbers)
        {
            _store = new KvStore(1, 1, headSize, 1, 16, format);
            fixed (float* rows = numbers)
            {
                for (int token = 0; token < 16; token++) _store.Write(0, 0, token, rows + (token * headSize), rows + (token * headSize));
            }
        }

        public float Key(int i) => KvTiles.ReadKey(_store.Layout, _store.KeyTile(0, 0, 0, 0), i / _store.HeadSize, i % _store.HeadSize);

        public float Value(int i) => KvTiles.ReadValue(_store.Layout, _store.ValueTile(0, 0, 0, 0), i / _store.HeadSize, i % _store.HeadSize);

        public (float[] Keys, float[] Values) Widen(int tokens, KernelForm form)
        {
            using var wide = new NativeBuffer<float>((2 * 16 * _store.HeadSize) + (2 * KvTiles.Overreach));
            float* values = wide.Pointer + (16 * _store.HeadSize) + KvTiles.Overreach;
            KvTiles.WidenKeys(_store.Layout, _store.KeyTile(0, 0, 0, 0), wide.Pointer, form);
            KvTiles.WidenValues(_store.Layout, _store.ValueTile(0, 0, 0, 0), tokens, values, form);
            return (new Span<float>(wide.Pointer, 16 * _store.HeadSize).ToArray(), new Span<float>(values, tokens * _store.HeadSize).ToArray());
        }

        public void Dispose() => _store.Dispose();
    }
}

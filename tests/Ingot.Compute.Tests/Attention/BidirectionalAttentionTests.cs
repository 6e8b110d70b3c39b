using Ingot.Compute.Attention;
using Ingot.Compute.Attention.Bidirectional;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Tests.Attention;

public sealed unsafe class BidirectionalAttentionTests
{
    private static readonly int[] Lengths = [1, 5, 16, 17, 70, 133];

    [Theory]
    [InlineData(1, 8, false)]
    [InlineData(3, 32, true)]
    [InlineData(2, 20, true)]
    [InlineData(2, 64, false)]
    public void Every_form_and_division_answers_as_the_textbook_does(int heads, int headSize, bool biased)
    {
        using var sample = new Sample(heads, headSize, biased, Lengths);
        float[] expected = sample.Expected();
        foreach (KernelForm form in Enum.GetValues<KernelForm>().Where(KernelForms.IsSupported))
        {
            float[] actual = sample.Run(shareCount: 3, form);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
            Assert.Equal(actual, sample.Run(shareCount: 1, form));
            Assert.Equal(actual, sample.Run(shareCount: 200, form));
        }
    }

    [Fact]
    public void A_sequence_alone_and_among_others_has_the_same_bits()
    {
        using var all = new Sample(2, 32, biased: true, Lengths);
        float[] together = all.Run(2, KernelForms.Best);
        for (int i = 0; i < Lengths.Length; i++)
            Assert.Equal(all.Rows(together, i), all.RunAlone(i));
    }

    private sealed class Sample : IDisposable
    {
        private readonly AttentionShape _shape;
        private readonly int[] _lengths;
        private readonly int _width;
        private readonly NativeBuffer<float> _queries, _keys, _values, _output, _biases;
        private readonly NativeBuffer<AttentionSequence> _sequences;
        private readonly DistanceBias? _bias;

        public Sample(int heads, int headSize, bool biased, int[] lengths)
        {
            _shape = new AttentionShape { QueryHeadCount = heads, KvHeadCount = heads, HeadSize = headSize, Scale = 0.4f };
            _lengths = lengths;
            _width = heads * headSize;
            var random = new Random(heads + headSize);
            NativeBuffer<float> Fill(long count)
            {
                var buffer = new NativeBuffer<float>(count);
                for (long i = 0; i < count; i++) buffer.Pointer[i] = (random.NextSingle() * 4) - 2;
                return buffer;
            }

            long total = lengths.Sum();
            (_queries, _keys, _values, _output) = (Fill(total * _width), Fill(total * _width), Fill(total * _width), Fill(total * _width));
            _biases = Fill(heads * 41);
            _bias = biased ? new DistanceBias(_biases, heads, furthest: 20) : null;
            _sequences = new NativeBuffer<AttentionSequence>(lengths.Length);
            int first = 0;
            for (int i = 0; i < lengths.Length; i++)
            {
                _sequences.Pointer[i] = new AttentionSequence(first, lengths[i], 0, null);
                first += lengths[i];
            }
        }

        public float[] Run(int shareCount, KernelForm form)
        {
            _output.Span.Fill(float.NaN);
            for (int share = 0; share < shareCount; share++)
                Execute(_sequences.Pointer, _lengths.Length, share, shareCount, form);
            return _output.Span.ToArray();
        }

        public float[] RunAlone(int sequence)
        {
            _output.Span.Fill(float.NaN);
            Execute(_sequences.Pointer + sequence, 1, 0, 1, KernelForms.Best);
            return Rows(_output.Span.ToArray(), sequence);
        }

        public float[] Rows(float[] all, int sequence) =>
            all.AsSpan(_sequences.Pointer[sequence].FirstRow * _width, _lengths[sequence] * _width).ToArray();

        public float[] Expected()
        {
            for (int s = 0; s < _lengths.Length; s++)
            {
                for (int row = 0; row < _lengths[s]; row++)
                {
                    for (int head = 0; head < _shape.QueryHeadCount; head++)
                        BidirectionalReference.Attend(_shape, _bias, _sequences.Pointer[s], row, head, Of(_queries), Of(_keys), Of(_values), Of(_output));
                }
            }

            return _output.Span.ToArray();
        }

        public void Dispose()
        {
            foreach (NativeBuffer<float> buffer in (NativeBuffer<float>[])[_queries, _keys, _values, _output, _biases]) buffer.Dispose();
            _sequences.Dispose();
        }

        private void Execute(AttentionSequence* sequences, int count, int share, int shareCount, KernelForm form) =>
            BidirectionalAttention.Execute(_shape, _bias, sequences, count, Of(_queries), Of(_keys), Of(_values), Of(_output), share, shareCount, form);

        private BidirectionalRows Of(NativeBuffer<float> buffer) => new(buffer.Pointer, _width);
    }
}

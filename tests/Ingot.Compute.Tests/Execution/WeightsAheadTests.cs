using Ingot.Compute.Execution;
using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Tests.Execution;

public sealed unsafe class WeightsAheadTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(64, 1)]
    [InlineData(512, 1)]
    [InlineData(513, 2)]
    [InlineData(1 << 20, 256)]
    public void All_lines_are_asked_for_once_up_to_a_bound(int byteCount, int times)
    {
        Assert.SkipUnless(WeightsAhead.IsSupported, "Nothing is asked for ahead on this processor.");
        using var weights = new NativeBuffer<byte>(1 << 20);
        var ahead = new WeightsAhead(weights.Pointer, weights.Pointer + byteCount);
        int asked = 0;
        while (ahead.Fetch())
            asked++;
        Assert.Equal(times, asked);
        Assert.False(ahead.Fetch());
    }

    [Fact]
    public void No_weights_are_none_to_ask_for() => Assert.False(default(WeightsAhead).Fetch());

    [Theory]
    [InlineData(0, 4, 4, 4, false)]
    [InlineData(0, 5, 4, 4, true)]
    [InlineData(4, 4, 0, 4, false)]
    [InlineData(2, 1, 0, 4, true)]
    [InlineData(0, 0, 8, 4, true)]
    public void Accesses_to_columns_apart_keep_no_order(int offset, int width, int otherOffset, int otherWidth, bool conflict)
    {
        object rows = new();
        var write = new Access(rows, offset, width, IsDivided: true, IsWrite: true);
        var read = new Access(rows, otherOffset, otherWidth, IsDivided: true, IsWrite: false);
        Assert.Equal(conflict, write.ConflictsWith(read));
        Assert.Equal(conflict, read.ConflictsWith(write));
        Assert.False(read.ConflictsWith(read));
        Assert.False(write.ConflictsWith(read with { Resource = new object() }));
    }

    [Fact]
    public void A_matrix_tells_where_its_tiles_begin_and_end()
    {
        var weights = new float[40 * 64];
        fixed (float* pointer = weights)
        {
            using var matrix = FloatMatrix.Pack(64, [new FloatPart { OutputCount = 40, Weights = new SourceTensor((byte*)pointer, weights.Length * sizeof(float), ElementType.Float32) }]);
            Assert.Equal(matrix.ByteLength, matrix.Tile(matrix.TileCount) - matrix.Tile(0));
        }
    }
}

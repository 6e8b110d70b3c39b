using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Tests.Kernels;

namespace Ingot.Compute.Tests.Memory;

public sealed unsafe class NativeArenaTests
{
    [Fact]
    public void Pieces_are_aligned_zeroed_and_apart()
    {
        using var arena = new NativeArena();
        int[] lengths = [100, 64, 1, 0, 9_000_000, 9_000_000, 20_000_000, 9_000_000, 5_000_000, 40_000_000, 100];
        var pieces = new nint[lengths.Length];
        for (int i = 0; i < lengths.Length; i++)
        {
            pieces[i] = (nint)arena.Claim(lengths[i]);
            Assert.Equal(0, pieces[i] % 64);
            Assert.Equal(-1, new Span<byte>((void*)pieces[i], lengths[i]).IndexOfAnyExcept((byte)0));
            new Span<byte>((void*)pieces[i], lengths[i]).Fill((byte)(i + 1));
        }

        for (int i = 0; i < lengths.Length; i++)
            Assert.Equal(-1, new Span<byte>((void*)pieces[i], lengths[i]).IndexOfAnyExcept((byte)(i + 1)));
    }

    [Fact]
    public void A_matrix_in_an_arena_multiplies_as_one_of_its_own_memory_does_and_leaves_the_arena_whole()
    {
        using var arena = new NativeArena();
        using var sample = new QuantizedSample(4, 32, 40, 96, ElementType.Float16, null);
        using BlockQuantizedMatrix alone = sample.Pack();
        BlockQuantizedMatrix inArena = sample.Pack(arena);
        Assert.Equal(Row(alone), Row(inArena));
        inArena.Dispose();
        Assert.Equal(Row(alone), Row(inArena));
    }

    private static float[] Row(WeightMatrix matrix)
    {
        var row = new float[matrix.InputCount];
        fixed (float* destination = row) matrix.ReadRow(17, destination);
        return row;
    }
}

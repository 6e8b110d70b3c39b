using System.Runtime.Intrinsics;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Kernels;

/// <summary>One packed tile times any number of rows: chooses the kernel and the numbers of rows it takes at a time.</summary>
internal static unsafe class BlockQuantizedProduct
{
    private const int MostRows = 8;

    public static void MultiplyTile(BlockQuantizedLayout layout, byte* tile, in Activations x, int fromRow, int rowCount, float* y, long yRowStride, int outputs, KernelForm form)
    {
        if (form == KernelForm.Scalar)
        {
            BlockQuantizedReference.MultiplyTile(layout, tile, x, rowCount, y, yRowStride, outputs);
            return;
        }

        // A tile with fewer outputs is computed beside the result, whose rows have no room for 16.
        float* whole = stackalloc float[MostRows * WeightMatrix.TileSize];
        bool partial = outputs < WeightMatrix.TileSize;
        var packed = new PackedTile(layout, tile);
        for (int row = fromRow; row < rowCount;)
        {
            bool halves = layout.BlockSize < Activations.GroupSize;
            int rows = halves ? 1 : RowsAtATime(rowCount - row, layout.Bits, form);
            float* target = partial ? whole : y + (row * yRowStride);
            long stride = partial ? WeightMatrix.TileSize : yRowStride;
            if (halves) MultiplyHalves(packed, layout.Bits, x.Rows(row), target, form);
            else Multiply(packed, layout.Bits, rows, x.Rows(row), target, stride, form);
            if (partial)
            {
                for (int r = 0; r < rows; r++)
                    for (int i = 0; i < outputs; i++) y[((row + r) * yRowStride) + i] = whole[(r * WeightMatrix.TileSize) + i];
            }

            row += rows;
        }
    }

    // Eight rows' sums need the 32 registers of AVX-512 and NEON; with 8-bit codes each row has two.
    private static int RowsAtATime(int left, int bits, KernelForm form) => left switch
    {
        >= 8 when bits == 4 && form != KernelForm.Vector256 => 8,
        >= 4 => 4,
        >= 2 when bits == 4 => 2,
        _ => 1,
    };

    private static void Multiply(in PackedTile tile, int bits, int rows, ActivationRows x, float* y, long yRowStride, KernelForm form)
    {
        switch (form)
        {
            case KernelForm.Vector512 when bits == 4: FourBitKernel<Ops512, Vector512<int>, Vector512<float>>.Multiply(tile, rows, x, y, yRowStride); break;
            case KernelForm.Vector512: EightBitKernel<Ops512, Vector512<int>, Vector512<float>>.Multiply(tile, rows, x, y, yRowStride); break;
            case KernelForm.Vector256 when bits == 4: FourBitKernel<Ops256, Vector256<int>, Vector256<float>>.Multiply(tile, rows, x, y, yRowStride); break;
            case KernelForm.Vector256: EightBitKernel<Ops256, Vector256<int>, Vector256<float>>.Multiply(tile, rows, x, y, yRowStride); break;
            default:
                if (bits == 4) FourBitKernel<Ops128, Vector128<int>, Vector128<float>>.Multiply(tile, rows, x, y, yRowStride);
                else EightBitKernel<Ops128, Vector128<int>, Vector128<float>>.Multiply(tile, rows, x, y, yRowStride);
                break;
        }
    }

    private static void MultiplyHalves(in PackedTile tile, int bits, ActivationRows x, float* y, KernelForm form)
    {
        switch (form)
        {
            case KernelForm.Vector512: BlockOf16Kernel<Ops512, Vector512<int>, Vector512<float>>.Multiply(tile, bits, x, y); break;
            case KernelForm.Vector256: BlockOf16Kernel<Ops256, Vector256<int>, Vector256<float>>.Multiply(tile, bits, x, y); break;
            default: BlockOf16Kernel<Ops128, Vector128<int>, Vector128<float>>.Multiply(tile, bits, x, y); break;
        }
    }
}

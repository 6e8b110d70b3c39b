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

        // Computed beside the result, which has no room for them: 16 outputs of a tile with fewer, and rows beyond the last.
        float* whole = stackalloc float[MostRows * WeightMatrix.TileSize];
        bool partial = outputs < WeightMatrix.TileSize;
        var packed = new PackedTile(layout, tile);
        for (int row = fromRow; row < rowCount;)
        {
            bool halves = layout.BlockSize < Activations.GroupSize;
            int left = rowCount - row, rows = halves ? 1 : RowsAtATime(left, layout.Bits, form), wanted = Math.Min(rows, left);
            bool beside = partial || wanted < rows;
            float* target = beside ? whole : y + (row * yRowStride);
            long stride = beside ? WeightMatrix.TileSize : yRowStride;
            if (halves) MultiplyHalves(packed, layout.Bits, x.Rows(row), target, form);
            else Multiply(packed, layout.Bits, rows, x.Rows(row), target, stride, form);
            if (beside)
            {
                for (int r = 0; r < wanted; r++)
                    for (int i = 0; i < outputs; i++) y[((row + r) * yRowStride) + i] = whole[(r * WeightMatrix.TileSize) + i];
            }

            row += wanted;
        }
    }

    // Eight rows' sums need the 32 registers of AVX-512 and NEON; with 8-bit codes each row has two. A row or two that nobody wants cost
    // less than going through the tile two or three times; there is room for the 8-bit form of whole eights of rows.
    private static int RowsAtATime(int left, int bits, KernelForm form) => left switch
    {
        >= 6 when bits == 4 && form != KernelForm.Vector256 => 8,
        >= 4 => 4,
        3 when bits == 4 => 4,
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

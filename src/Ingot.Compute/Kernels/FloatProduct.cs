using System.Runtime.Intrinsics;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Kernels;

/// <summary>One packed float tile times any number of rows: chooses the kernel and the numbers of rows it takes at a time.</summary>
internal static unsafe class FloatProduct
{
    private const int MostRows = 8;

    public static void MultiplyTile(SourceTensor tile, in Activations x, int rowCount, float* y, long yRowStride, int outputs, KernelForm form)
    {
        if (form == KernelForm.Scalar)
        {
            FloatReference.MultiplyTile(tile, x.InputCount, x, rowCount, y, yRowStride, outputs);
            return;
        }

        // A tile with fewer outputs is computed beside the result, whose rows have no room for 16.
        float* whole = stackalloc float[MostRows * WeightMatrix.TileSize];
        bool partial = outputs < WeightMatrix.TileSize;
        for (int row = 0; row < rowCount;)
        {
            int rows = (rowCount - row) switch { >= 8 => 8, >= 4 => 4, _ => 1 };
            float* target = partial ? whole : y + (row * yRowStride);
            long stride = partial ? WeightMatrix.TileSize : yRowStride;
            float* inputs = x.Floats + (row * x.FloatStride);
            switch (form)
            {
                case KernelForm.Vector512:
                    FloatKernel<Ops512, Vector512<int>, Vector512<float>>.Multiply(tile, x.InputCount, rows, inputs, x.FloatStride, target, stride);
                    break;
                case KernelForm.Vector256:
                    FloatKernel<Ops256, Vector256<int>, Vector256<float>>.Multiply(tile, x.InputCount, rows, inputs, x.FloatStride, target, stride);
                    break;
                default:
                    FloatKernel<Ops128, Vector128<int>, Vector128<float>>.Multiply(tile, x.InputCount, rows, inputs, x.FloatStride, target, stride);
                    break;
            }

            if (partial)
            {
                for (int r = 0; r < rows; r++)
                    for (int i = 0; i < outputs; i++) y[((row + r) * yRowStride) + i] = whole[(r * WeightMatrix.TileSize) + i];
            }

            row += rows;
        }
    }
}

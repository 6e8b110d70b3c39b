using System.Runtime.Intrinsics;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Kernels;

/// <summary>One packed float tile times any number of rows: chooses the kernel and the numbers of rows it takes at a time.</summary>
internal static unsafe class FloatProduct
{
    private const int MostRows = 8;

    // From this many rows on, narrow weights are widened once for all of them, a stretch that stays in the nearest cache at a time.
    private const int WidenFromRows = 16;
    private const int WidenInputs = 256;

    public static void MultiplyTile(SourceTensor tile, in Activations x, int rowCount, float* y, long yRowStride, int outputs, KernelForm form)
    {
        if (form == KernelForm.Scalar)
        {
            FloatReference.MultiplyTile(tile, x.InputCount, x, rowCount, y, yRowStride, outputs);
        }
        else if (outputs < WeightMatrix.TileSize)
        {
            MultiplyPartialTile(tile, x, rowCount, y, yRowStride, outputs, form);
        }
        else if (tile.Type != ElementType.Float32 && rowCount >= WidenFromRows)
        {
            float* wide = stackalloc float[WidenInputs * WeightMatrix.TileSize];
            for (int input = 0; input < x.InputCount; input += WidenInputs)
            {
                int inputs = Math.Min(WidenInputs, x.InputCount - input);
                Widen(tile, input, inputs, wide, form);
                var stretch = new SourceTensor(wide, WidenInputs * WeightMatrix.TileSize * sizeof(float), ElementType.Float32);
                MultiplyRows(stretch, inputs, x.Floats + input, x.FloatStride, rowCount, y, yRowStride, input > 0, form);
            }
        }
        else
        {
            MultiplyRows(tile, x.InputCount, x.Floats, x.FloatStride, rowCount, y, yRowStride, false, form);
        }
    }

    // Computed beside the result, whose rows have no room for 16 outputs.
    private static void MultiplyPartialTile(SourceTensor tile, in Activations x, int rowCount, float* y, long yRowStride, int outputs, KernelForm form)
    {
        float* whole = stackalloc float[MostRows * WeightMatrix.TileSize];
        for (int row = 0; row < rowCount; row += MostRows)
        {
            int rows = Math.Min(MostRows, rowCount - row);
            MultiplyRows(tile, x.InputCount, x.Floats + (row * x.FloatStride), x.FloatStride, rows, whole, WeightMatrix.TileSize, false, form);
            for (int r = 0; r < rows; r++)
                for (int i = 0; i < outputs; i++) y[((row + r) * yRowStride) + i] = whole[(r * WeightMatrix.TileSize) + i];
        }
    }

    private static void MultiplyRows(SourceTensor tile, int inputCount, float* x, long xStride, int rowCount, float* y, long yRowStride, bool onTop, KernelForm form)
    {
        for (int row = 0; row < rowCount;)
        {
            int rows = (rowCount - row) switch { >= 8 => 8, >= 4 => 4, _ => 1 };
            float* inputs = x + (row * xStride), target = y + (row * yRowStride);
            switch (form)
            {
                case KernelForm.Vector512:
                    FloatKernel<Ops512, Vector512<float>>.Multiply(tile, inputCount, rows, inputs, xStride, target, yRowStride, onTop);
                    break;
                case KernelForm.Vector256:
                    FloatKernel<Ops256, Vector256<float>>.Multiply(tile, inputCount, rows, inputs, xStride, target, yRowStride, onTop);
                    break;
                default:
                    FloatKernel<Ops128, Vector128<float>>.Multiply(tile, inputCount, rows, inputs, xStride, target, yRowStride, onTop);
                    break;
            }

            row += rows;
        }
    }

    private static void Widen(SourceTensor tile, int fromInput, int inputCount, float* target, KernelForm form)
    {
        switch (form)
        {
            case KernelForm.Vector512: FloatKernel<Ops512, Vector512<float>>.Widen(tile, fromInput, inputCount, target); break;
            case KernelForm.Vector256: FloatKernel<Ops256, Vector256<float>>.Widen(tile, fromInput, inputCount, target); break;
            default: FloatKernel<Ops128, Vector128<float>>.Widen(tile, fromInput, inputCount, target); break;
        }
    }
}

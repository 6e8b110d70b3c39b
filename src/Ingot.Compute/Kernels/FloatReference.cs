namespace Ingot.Compute.Kernels;

/// <summary>Float products one number at a time: what every vector form must equal.</summary>
internal static unsafe class FloatReference
{
    public static void MultiplyTile(SourceTensor tile, int inputCount, in Activations x, int rowCount, float* y, long yRowStride, int outputs)
    {
        for (int row = 0; row < rowCount; row++)
        {
            float* inputs = x.Floats + (row * x.FloatStride);
            for (int i = 0; i < outputs; i++)
            {
                float total = 0;
                for (int k = 0; k < inputCount; k++)
                    total = float.MultiplyAddEstimate(inputs[k], tile[((long)k * WeightMatrix.TileSize) + i], total);
                y[(row * yRowStride) + i] = total;
            }
        }
    }
}

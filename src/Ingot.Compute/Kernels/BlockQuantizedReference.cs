namespace Ingot.Compute.Kernels;

/// <summary>Block-quantised products one number at a time: what every vector form must equal.</summary>
internal static unsafe class BlockQuantizedReference
{
    private const int Outputs = WeightMatrix.TileSize;

    public static void MultiplyTile(BlockQuantizedLayout layout, byte* tile, in Activations x, int rowCount, float* y, long yRowStride, int outputs)
    {
        for (int row = 0; row < rowCount; row++)
            for (int i = 0; i < outputs; i++) y[(row * yRowStride) + i] = Dot(layout, tile, i, x.Rows(row));
    }

    public static void ReadRow(BlockQuantizedLayout layout, byte* tile, int output, float* destination)
    {
        for (int block = 0, k = 0; k < layout.InputCount; block++)
        {
            float scale = Scale(layout, tile, output, block), zero = ZeroPoint(layout, tile, output, block);
            for (int end = Math.Min(k + layout.BlockSize, layout.InputCount); k < end; k++)
                destination[k] = (Code(layout, tile, output, k) - zero) * scale;
        }
    }

    private static float Dot(BlockQuantizedLayout layout, byte* tile, int output, ActivationRows x)
    {
        float total = 0;
        int stretch = Math.Min(layout.BlockSize, Activations.GroupSize);
        for (int k = 0; k < layout.InputCount; k += Activations.GroupSize, x.NextGroup())
        {
            for (int start = k; start < Math.Min(k + Activations.GroupSize, layout.InputCount); start += stretch)
            {
                int block = start / layout.BlockSize;
                int dot = 0, sum = 0;
                for (int i = start; i < Math.Min(start + stretch, layout.InputCount); i++)
                {
                    dot += x.Codes[i - k] * Code(layout, tile, output, i);
                    sum += x.Codes[i - k];
                }

                float centred = float.MultiplyAddEstimate(-ZeroPoint(layout, tile, output, block), sum, dot);
                total = float.MultiplyAddEstimate(centred, Scale(layout, tile, output, block) * *x.Scales, total);
            }
        }

        return total;
    }

    private static int Code(BlockQuantizedLayout layout, byte* tile, int output, int k)
    {
        byte* group = tile + layout.CodeOffset + ((long)((uint)k / Activations.GroupSize) * layout.GroupBytes);
        uint input = (uint)k % Activations.GroupSize;
        if (layout.Bits == 8) return group[(input / 4 * 64) + ((uint)output * 4) + (input % 4)];
        int code = group[(input % 16 / 4 * 64) + ((uint)output * 4) + (input % 4)];
        return input < 16 ? code & 15 : code >> 4;
    }

    private static float Scale(BlockQuantizedLayout layout, byte* tile, int output, int block)
    {
        int index = (block * Outputs) + output;
        return layout.HalfScales ? (float)((Half*)tile)[index] : ((float*)tile)[index];
    }

    private static float ZeroPoint(BlockQuantizedLayout layout, byte* tile, int output, int block)
    {
        byte* zeros = tile + layout.ZeroPointOffset;
        int index = (block * Outputs) + output;
        return layout.ZeroPoints switch
        {
            ZeroPointKind.Middle => layout.MiddleZeroPoint,
            ZeroPointKind.Byte => zeros[index],
            _ => ((float*)zeros)[index],
        };
    }
}

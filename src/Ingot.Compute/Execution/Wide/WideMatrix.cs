using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Threading;

namespace Ingot.Compute.Execution.Wide;

/// <summary>Some outputs of a matrix.</summary>
internal sealed record WideMatrixPart(IWideMatrix Product, int FirstOutput, int OutputCount);

/// <summary>A copy of a matrix for wide products: bytes, with one scale to each output. Owns the copy, not what it was made of.</summary>
internal sealed unsafe class WideMatrix : IDisposable
{
    /// <summary>The most inputs: with more the sums might not fit.</summary>
    public const int MostInputs = 1 << 16;

    // Fewer outputs to a part are not worth a call.
    private const int LeastOutputs = 256;

    // What one scale for all of an output may cost: weights whose largest is this many times their mean are rounded by about 4 % of
    // their root mean square, half of what 4 bits cost them before.
    private const double MostPeak = 20;

    private readonly NativeBuffer<float> _scales;
    private readonly List<WideMatrixPart> _parts = [];

    private WideMatrix(int inputCount, int outputCount)
    {
        _scales = new NativeBuffer<float>(outputCount);
        ByteLength = Need(inputCount, outputCount);
    }

    public long ByteLength { get; }

    public IReadOnlyList<WideMatrixPart> Parts => _parts;

    /// <summary>[outputs]: the value of 1.</summary>
    public float* Scales => _scales.Pointer;

    /// <summary>Bytes that a copy takes.</summary>
    public static long Need(int inputCount, int outputCount) => (WideRows.Padded(inputCount) + sizeof(float)) * (long)outputCount;

    /// <summary>Outputs of each part but the last, of which there are at most as many as asked for.</summary>
    public static int PartOutputs(int outputCount, int partCount)
    {
        var each = Math.Max(LeastOutputs, (outputCount + partCount - 1) / partCount);
        return Math.Min(outputCount, (each + WeightMatrix.TileSize - 1) / WeightMatrix.TileSize * WeightMatrix.TileSize);
    }

    /// <summary>Copies a matrix; null where one scale to each output would lose too much of it.</summary>
    /// <exception cref="Errors.IngotException">There is no memory for it, or the product cannot take it.</exception>
    public static WideMatrix? Make(WeightMatrix matrix, int partCount, IWideProducts products, ThreadTeam team)
    {
        var made = new WideMatrix(matrix.InputCount, matrix.OutputCount);
        try
        {
            return made.Fill(matrix, PartOutputs(matrix.OutputCount, partCount), products, team) ? made : Refuse(made);
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var part in _parts)
            part.Product.Dispose();
        _scales.Dispose();
    }

    private static WideMatrix? Refuse(WideMatrix made)
    {
        made.Dispose();
        return null;
    }

    private bool Fill(WeightMatrix matrix, int partOutputs, IWideProducts products, ThreadTeam team)
    {
        var inputs = WideRows.Padded(matrix.InputCount);
        var peaks = new double[matrix.TileCount];
        for (var first = 0; first < matrix.OutputCount; first += partOutputs)
        {
            var outputs = Math.Min(partOutputs, matrix.OutputCount - first);
            var codes = new sbyte[(long)inputs * outputs];
            var firstTile = first / WeightMatrix.TileSize;
            TileWork.Run(team, (outputs + WeightMatrix.TileSize - 1) / WeightMatrix.TileSize, (from, to) =>
            {
                var weights = new float[WeightMatrix.TileSize * matrix.InputCount];
                for (var tile = from; tile < to; tile++)
                    peaks[firstTile + tile] = CopyTile(matrix, first, tile * WeightMatrix.TileSize, outputs, weights, codes);
            });
            _parts.Add(new WideMatrixPart(products.Pack(codes, inputs, outputs), first, outputs));
        }

        return peaks.Sum() <= MostPeak * matrix.OutputCount;
    }

    /// <returns>The sum over the tile's outputs of how many times the mean its largest weight is.</returns>
    private double CopyTile(WeightMatrix matrix, int firstOutput, int from, int outputs, float[] weights, sbyte[] codes)
    {
        double peaks = 0;
        var count = Math.Min(WeightMatrix.TileSize, outputs - from);
        for (var i = 0; i < count; i++)
        {
            var row = weights.AsSpan(i * matrix.InputCount, matrix.InputCount);
            fixed (float* pointer = row)
                matrix.ReadRow(firstOutput + from + i, pointer);
            float largest = 0;
            double sum = 0;
            foreach (var weight in row)
            {
                largest = Math.Max(largest, Math.Abs(weight));
                sum += Math.Abs(weight);
            }

            peaks += sum > 0 ? largest / sum * row.Length : 0;
            Scales[firstOutput + from + i] = largest / 127;
            var inverse = largest > 1e-30f ? 127 / largest : 0;
            for (var k = 0; k < row.Length; k++)
                row[k] *= inverse;
        }

        for (var k = 0; k < matrix.InputCount; k++)
        {
            var target = codes.AsSpan((int)((long)k * outputs) + from, count);
            for (var i = 0; i < count; i++)
                target[i] = (sbyte)MathF.Round(weights[(i * matrix.InputCount) + k]);
        }

        return peaks;
    }
}

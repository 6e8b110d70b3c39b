using System.Diagnostics;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Threading;

namespace Ingot.Benchmarks.Kernels;

/// <summary>Products of some rows with the matrices of a small transformer's layers, tiles divided over the team.</summary>
internal sealed unsafe class MatrixProduct : ITeamWork, IDisposable
{
    private readonly List<WeightMatrix> _matrices = [];
    private readonly NativeBuffer<float> _x;
    private readonly NativeBuffer<float> _y;
    private readonly ActivationBuffer _activations;
    private readonly ThreadTeam _team;
    private readonly int _rows;
    private readonly double[] _best;

    public MatrixProduct(ThreadTeam team, IEnumerable<WeightMatrix> matrices, int rows)
    {
        _team = team;
        _rows = rows;
        _matrices.AddRange(matrices);
        _best = [.. Enumerable.Repeat(double.MaxValue, ShapeCount)];
        int widest = _matrices.Max(matrix => matrix.InputCount);
        _x = new NativeBuffer<float>((long)rows * widest);
        var random = new Random(1);
        for (long i = 0; i < _x.Length; i++) _x.Pointer[i] = random.NextSingle() - 0.5f;
        _y = new NativeBuffer<float>((long)rows * _matrices.Max(matrix => matrix.OutputCount));
        _activations = new ActivationBuffer(rows, widest);
    }

    /// <summary>Matrices come in rounds of this many shapes.</summary>
    public const int ShapeCount = 4;

    /// <summary>Seconds for all matrices, each shape's best taken by itself: a busy machine leaves short stretches alone more often than long ones.</summary>
    public double BestSeconds => _best.Sum() * _matrices.Count / ShapeCount;

    public double Bytes => _matrices.Sum(matrix => (double)matrix.ByteLength);

    public double Operations => _matrices.Sum(matrix => 2.0 * matrix.OutputCount * matrix.InputCount * _rows);

    public void Execute(int member, int memberCount)
    {
        for (int i = 0; i < _matrices.Count; i++)
        {
            WeightMatrix matrix = _matrices[i];
            Activations view = _activations.View(_x.Pointer, matrix.InputCount, _rows, matrix.InputCount);
            _team.Barrier();
            long start = Stopwatch.GetTimestamp();
            if (matrix.ActivationFormat == ActivationFormat.Int8Block32) view.Quantize(_rows * member / memberCount, _rows * (member + 1) / memberCount);
            _team.Barrier();
            int from = (int)((long)matrix.TileCount * member / memberCount), to = (int)((long)matrix.TileCount * (member + 1) / memberCount);
            matrix.Multiply(view, _rows, _y.Pointer, matrix.OutputCount, from, to);
            _team.Barrier();
            if (member == 0) _best[i % ShapeCount] = Math.Min(_best[i % ShapeCount], Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }

    public void Dispose()
    {
        _x.Dispose();
        _y.Dispose();
        _activations.Dispose();
    }
}

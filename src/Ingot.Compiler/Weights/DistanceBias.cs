using Ingot.Compute.Onnx;

namespace Ingot.Compiler.Weights;

/// <summary>
/// MPNet's bias of attention by distance, [2 · furthest + 1, heads]: row 0 is for keys that lie furthest before the
/// query, the middle row for the query itself. The checkpoint has one row a bucket of distances; beyond the furthest all
/// are in the last bucket.
/// </summary>
internal sealed class DistanceBias : PlannedTensor
{
    /// <summary>From this distance on a bias does not change.</summary>
    public const int Furthest = 128;

    private readonly string _source;
    private readonly OnnxDataType _type;
    private readonly int _buckets;
    private readonly int _heads;
    private readonly TensorProto _initializer;

    /// <param name="name">The initializer's name.</param>
    /// <param name="source">The checkpoint's name for it.</param>
    /// <param name="type">Float or Float16.</param>
    /// <param name="buckets">Rows in the checkpoint.</param>
    /// <param name="heads">Columns in the checkpoint.</param>
    public DistanceBias(string name, string source, OnnxDataType type, int buckets, int heads)
    {
        _source = source;
        _type = type;
        _buckets = buckets;
        _heads = heads;
        _initializer = Declare(name, type, (2 * Furthest) + 1, heads);
    }

    public override IReadOnlyList<TensorProto> Initializers => [_initializer];

    public override (string Name, IReadOnlyList<long> Shape)? Source => (_source, [_buckets, _heads]);

    public override long ByteLength => ((2L * Furthest) + 1) * _heads * SizeOf(_type);

    public override void Write(IWeightSource source, OnnxModelWriter writer, Action<long> written, CancellationToken cancellationToken) =>
        writer.WriteTensor(_initializer, ByteLength, stream =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = new float[_heads];
            for (var distance = -Furthest; distance <= Furthest; distance++)
            {
                source.Read(_source, (long)BucketOf(distance, _buckets) * _heads, row);
                FloatConversion.RequireFinite(row, _source);
                FloatConversion.Write(row, _type, _source, stream);
            }
            written(ByteLength);
        });

    /// <summary>
    /// The bucket of a distance (the key's place less the query's). Half of the buckets are for keys behind the query;
    /// of each half, one half is for one distance each, the rest for ever longer stretches.
    /// </summary>
    public static int BucketOf(int distance, int buckets)
    {
        var half = buckets / 2;
        var near = half / 2;
        var offset = distance > 0 ? half : 0;
        var length = Math.Abs(distance);
        if (length < near) return offset + length;
        // Single precision, as the reference has it.
        var far = MathF.Log(length / (float)near) / (float)Math.Log(Furthest / (double)near) * (half - near);
        return offset + Math.Min(near + (int)far, half - 1);
    }
}

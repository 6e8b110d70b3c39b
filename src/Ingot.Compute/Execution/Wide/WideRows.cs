using System.Numerics;
using Ingot.Compute.Execution.Graph;

namespace Ingot.Compute.Execution.Wide;

/// <summary>
/// Rows as bytes with one scale for all of a row: what a product of plain integers wants. A row some of whose numbers are far larger than the
/// others would lose the others; of it the rest is kept in a second byte each, on a scale 254 times as fine. A row's form does not depend on its company.
/// </summary>
internal sealed unsafe class WideRows
{
    /// <summary>Bytes of a row are a multiple of this, so that rows are neighbours in memory that is counted in floats.</summary>
    public const int Unit = sizeof(float);

    /// <summary>The byte that stands for nothing.</summary>
    public const byte Middle = 128;

    // A row whose largest number is no further above the mean than this is rounded by at most 1.5 % of the mean.
    private const float MostPeak = 12;
    private const float Steps = 127;

    // Below this a row counts as nothing: its scales could not be divided by.
    private const float LeastLargest = 1e-30f;
    private const float FineSteps = 254;

    public WideRows(int inputCount)
    {
        InputCount = inputCount;
        ByteCount = Padded(inputCount);
        Coarse = new RowBuffer(ByteCount / Unit);
        Fine = new RowBuffer(ByteCount / Unit);
        Scales = new RowBuffer(2);
    }

    public int InputCount { get; }

    /// <summary>Bytes of a row.</summary>
    public int ByteCount { get; }

    public RowBuffer Coarse { get; }

    /// <summary>Of rows that have it.</summary>
    public RowBuffer Fine { get; }

    /// <summary>The value of 1 in a row's coarse form and in its fine one; 0 where it has none.</summary>
    public RowBuffer Scales { get; }

    public static int Padded(int inputCount) => (inputCount + Unit - 1) / Unit * Unit;

    public byte* CoarseAt(int row) => (byte*)Coarse.Pointer + ((long)row * ByteCount);

    public byte* FineAt(int row) => (byte*)Fine.Pointer + ((long)row * ByteCount);

    public float ScaleOf(int row) => Scales.Pointer[2L * row];

    public float FineScaleOf(int row) => Scales.Pointer[(2L * row) + 1];

    /// <summary>Whether any of some rows has a fine form.</summary>
    public bool AnyFine(int fromRow, int toRow)
    {
        for (var row = fromRow; row < toRow; row++)
        {
            if (FineScaleOf(row) > 0)
                return true;
        }

        return false;
    }

    public void Set(int row, float* x)
    {
        var (largest, sum) = Measure(x, InputCount);
        var scales = Scales.Pointer + (2L * row);
        var coarse = CoarseAt(row);
        scales[1] = 0;
        if (!float.IsFinite(sum) || largest < LeastLargest)
        {
            // What is no number stays none: it is noticed in the logits.
            scales[0] = float.IsFinite(sum) ? 0 : float.NaN;
            new Span<byte>(coarse, ByteCount).Fill(Middle);
            return;
        }

        scales[0] = largest / Steps;
        var fine = largest * InputCount > MostPeak * sum ? FineAt(row) : null;
        if (fine is not null)
            scales[1] = scales[0] / FineSteps;
        Write(x, coarse, fine, scales[0], scales[1]);
        for (var i = InputCount; i < ByteCount; i++)
        {
            coarse[i] = Middle;
            if (fine is not null)
                fine[i] = Middle;
        }
    }

    private static (float Largest, float Sum) Measure(float* x, int count)
    {
        Vector<float> largest = default, sum = default;
        var i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            var size = Vector.Abs(Vector.Load(x + i));
            largest = Vector.Max(largest, size);
            sum += size;
        }

        float most = 0, total = Vector.Sum(sum);
        for (var lane = 0; lane < Vector<float>.Count; lane++)
            most = MathF.Max(most, largest[lane]);
        for (; i < count; i++)
        {
            most = MathF.Max(most, MathF.Abs(x[i]));
            total += MathF.Abs(x[i]);
        }

        return (most, total);
    }

    private void Write(float* x, byte* coarse, byte* fine, float scale, float fineScale)
    {
        var inverse = 1 / scale;
        var fineInverse = fine is null ? 0 : 1 / fineScale;
        var i = 0;
        for (; i <= InputCount - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector<int> a = Round(x + i, inverse), b = Round(x + i + Vector<float>.Count, inverse);
            Vector<int> c = Round(x + i + (2 * Vector<float>.Count), inverse), d = Round(x + i + (3 * Vector<float>.Count), inverse);
            Store(coarse + i, a, b, c, d);
            if (fine is null)
                continue;
            Store(
                fine + i,
                Rest(x + i, a, scale, fineInverse),
                Rest(x + i + Vector<float>.Count, b, scale, fineInverse),
                Rest(x + i + (2 * Vector<float>.Count), c, scale, fineInverse),
                Rest(x + i + (3 * Vector<float>.Count), d, scale, fineInverse));
        }

        for (; i < InputCount; i++)
        {
            var code = MathF.Round(x[i] * inverse);
            coarse[i] = (byte)(Middle + (int)code);
            if (fine is not null)
                fine[i] = (byte)(Middle + (int)Math.Clamp(MathF.Round((x[i] - (code * scale)) * fineInverse), -Steps, Steps));
        }
    }

    private static Vector<int> Round(float* x, float inverse) => Vector.ConvertToInt32(Vector.Round(Vector.Load(x) * inverse));

    private static Vector<int> Rest(float* x, Vector<int> code, float scale, float inverse)
    {
        var rest = Vector.Round((Vector.Load(x) - (Vector.ConvertToSingle(code) * scale)) * inverse);
        return Vector.ConvertToInt32(Vector.Clamp(rest, new Vector<float>(-Steps), new Vector<float>(Steps)));
    }

    private static void Store(byte* target, Vector<int> a, Vector<int> b, Vector<int> c, Vector<int> d)
    {
        var codes = Vector.Narrow(Vector.Narrow(a, b), Vector.Narrow(c, d));
        Vector.Store(codes.As<sbyte, byte>() + new Vector<byte>(Middle), target);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Kernels;

/// <summary>Row operations 8 numbers at a time, functions 16 where they can be. What is left over at a row's end goes through the same steps, filled up.</summary>
internal static unsafe class RowVectors
{
    private const int Lanes = 8;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Map<TFunction>(float* x, float* y, int count)
        where TFunction : struct, IRowFunction
    {
        int i = 0;
        for (; Avx512F.IsSupported && i <= count - (2 * Lanes); i += 2 * Lanes) TFunction.Invoke(Vector512.Load(x + i)).Store(y + i);
        for (; i <= count - Lanes; i += Lanes) TFunction.Invoke(Vector256.Load(x + i)).Store(y + i);
        if (i < count) StorePart(TFunction.Invoke(LoadPart(x + i, count - i, 0)), y + i, count - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MapGated<TFunction>(float* gate, float* up, float* y, int count)
        where TFunction : struct, IRowFunction
    {
        int i = 0;
        for (; Avx512F.IsSupported && i <= count - (2 * Lanes); i += 2 * Lanes) (TFunction.Invoke(Vector512.Load(gate + i)) * Vector512.Load(up + i)).Store(y + i);
        for (; i <= count - Lanes; i += Lanes) (TFunction.Invoke(Vector256.Load(gate + i)) * Vector256.Load(up + i)).Store(y + i);
        if (i < count) StorePart(TFunction.Invoke(LoadPart(gate + i, count - i, 0)) * LoadPart(up + i, count - i, 0), y + i, count - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RmsNorm(float* x, float* weight, float* y, int count, float epsilon)
    {
        Vector256<float> a = default, b = default;
        int i = 0;
        for (; i <= count - (2 * Lanes); i += 2 * Lanes)
        {
            Vector256<float> first = Vector256.Load(x + i), second = Vector256.Load(x + i + Lanes);
            a = Vector256.MultiplyAddEstimate(first, first, a);
            b = Vector256.MultiplyAddEstimate(second, second, b);
        }

        for (; i < count; i += Lanes)
        {
            Vector256<float> part = count - i >= Lanes ? Vector256.Load(x + i) : LoadPart(x + i, count - i, 0);
            a = Vector256.MultiplyAddEstimate(part, part, a);
        }

        float factor = 1 / MathF.Sqrt((Vector256.Sum(a + b) / count) + epsilon);
        ScaleBy(x, factor, 0, weight, null, y, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LayerNorm(float* x, float* weight, float* bias, float* y, int count, float epsilon)
    {
        Vector256<float> sum = default;
        for (int i = 0; i < count; i += Lanes) sum += count - i >= Lanes ? Vector256.Load(x + i) : LoadPart(x + i, count - i, 0);
        float mean = Vector256.Sum(sum) / count;
        Vector256<float> squares = default;
        for (int i = 0; i < count; i += Lanes)
        {
            Vector256<float> part = (count - i >= Lanes ? Vector256.Load(x + i) : LoadPart(x + i, count - i, mean)) - Vector256.Create(mean);
            squares = Vector256.MultiplyAddEstimate(part, part, squares);
        }

        ScaleBy(x, 1 / MathF.Sqrt((Vector256.Sum(squares) / count) + epsilon), mean, weight, bias, y, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* x, float* addend, float* y, int count)
    {
        int i = 0;
        for (; i <= count - Lanes; i += Lanes) (Vector256.Load(x + i) + Vector256.Load(addend + i)).Store(y + i);
        for (; i < count; i++) y[i] = x[i] + addend[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* x, float* factor, float* y, int count)
    {
        int i = 0;
        for (; i <= count - Lanes; i += Lanes) (Vector256.Load(x + i) * Vector256.Load(factor + i)).Store(y + i);
        for (; i < count; i++) y[i] = x[i] * factor[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(float* x, float factor, float* y, int count)
    {
        int i = 0;
        for (; i <= count - Lanes; i += Lanes) (Vector256.Load(x + i) * factor).Store(y + i);
        for (; i < count; i++) y[i] = x[i] * factor;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softcap(float* x, float cap, float* y, int count)
    {
        int i = 0;
        for (; i <= count - Lanes; i += Lanes) (VectorMath.Tanh(Vector256.Load(x + i) / cap) * cap).Store(y + i);
        if (i < count) StorePart(VectorMath.Tanh(LoadPart(x + i, count - i, 0) / cap) * cap, y + i, count - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax(float* x, float* y, int count)
    {
        Vector256<float> largest = Vector256.Create(float.NegativeInfinity);
        for (int i = 0; i < count; i += Lanes)
            largest = Vector256.Max(largest, count - i >= Lanes ? Vector256.Load(x + i) : LoadPart(x + i, count - i, float.NegativeInfinity));
        float highest = float.NegativeInfinity;
        for (int lane = 0; lane < Lanes; lane++) highest = MathF.Max(highest, largest[lane]);

        Vector256<float> sum = default;
        for (int i = 0; i < count; i += Lanes)
        {
            int left = count - i;
            Vector256<float> part = left >= Lanes ? Vector256.Load(x + i) : LoadPart(x + i, left, float.NegativeInfinity);
            Vector256<float> power = VectorMath.Exp(part - Vector256.Create(highest));
            sum += power;
            if (left >= Lanes) power.Store(y + i);
            else StorePart(power, y + i, left);
        }

        Scale(y, 1 / Vector256.Sum(sum), y, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScaleBy(float* x, float factor, float mean, float* weight, float* bias, float* y, int count)
    {
        int i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            Vector256<float> value = (Vector256.Load(x + i) - Vector256.Create(mean)) * factor * Vector256.Load(weight + i);
            (bias == null ? value : value + Vector256.Load(bias + i)).Store(y + i);
        }

        for (; i < count; i++) y[i] = ((x[i] - mean) * factor * weight[i]) + (bias == null ? 0 : bias[i]);
    }

    private static Vector256<float> LoadPart(float* x, int count, float filler)
    {
        Vector256<float> part = Vector256.Create(filler);
        for (int i = 0; i < count; i++) ((float*)&part)[i] = x[i];
        return part;
    }

    private static void StorePart(Vector256<float> part, float* y, int count)
    {
        for (int i = 0; i < count; i++) y[i] = ((float*)&part)[i];
    }
}

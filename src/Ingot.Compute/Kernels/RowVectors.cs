using System.Runtime.CompilerServices;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Kernels;

/// <summary>Row operations 8 numbers at a time, functions as many as a form can take. What is left over at a row's end goes through the same steps, filled up.</summary>
/// <typeparam name="TWide">Lanes for functions of single numbers.</typeparam>
/// <typeparam name="T">Lanes for sums, and for what the wide ones leave over.</typeparam>
internal sealed unsafe class RowVectors<TWide, T> : RowForm
    where TWide : unmanaged, ILanes<TWide>
    where T : unmanaged, IEightLanes<T>
{
    private const int Lanes = 8;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Map<TFunction>(float* x, float* y, int count)
    {
        int i = 0;
        for (; TWide.Count > Lanes && i <= count - TWide.Count; i += TWide.Count) TFunction.Invoke(TWide.Load(x + i)).Store(y + i);
        for (; i <= count - Lanes; i += Lanes) TFunction.Invoke(T.Load(x + i)).Store(y + i);
        if (i < count) StorePart(TFunction.Invoke(LoadPart(x + i, count - i, 0)), y + i, count - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void MapGated<TFunction>(float* gate, float* up, float* y, int count)
    {
        int i = 0;
        for (; TWide.Count > Lanes && i <= count - TWide.Count; i += TWide.Count) (TFunction.Invoke(TWide.Load(gate + i)) * TWide.Load(up + i)).Store(y + i);
        for (; i <= count - Lanes; i += Lanes) (TFunction.Invoke(T.Load(gate + i)) * T.Load(up + i)).Store(y + i);
        if (i < count) StorePart(TFunction.Invoke(LoadPart(gate + i, count - i, 0)) * LoadPart(up + i, count - i, 0), y + i, count - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void RmsNorm(float* x, float* weight, float* y, int count, float epsilon)
    {
        T a = default, b = default;
        int i = 0;
        for (; i <= count - (2 * Lanes); i += 2 * Lanes)
        {
            T first = T.Load(x + i), second = T.Load(x + i + Lanes);
            a = T.MultiplyAdd(first, first, a);
            b = T.MultiplyAdd(second, second, b);
        }

        for (; i < count; i += Lanes)
        {
            T part = LoadPart(x + i, count - i, 0);
            a = T.MultiplyAdd(part, part, a);
        }

        float factor = 1 / MathF.Sqrt((T.Sum(a + b) / count) + epsilon);
        ScaleBy(x, factor, 0, weight, null, y, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void LayerNorm(float* x, float* weight, float* bias, float* y, int count, float epsilon)
    {
        T sum = default;
        for (int i = 0; i < count; i += Lanes) sum += LoadPart(x + i, count - i, 0);
        float mean = T.Sum(sum) / count;
        T squares = default;
        for (int i = 0; i < count; i += Lanes)
        {
            T part = LoadPart(x + i, count - i, mean) - T.Create(mean);
            squares = T.MultiplyAdd(part, part, squares);
        }

        ScaleBy(x, 1 / MathF.Sqrt((T.Sum(squares) / count) + epsilon), mean, weight, bias, y, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add(float* x, float* addend, float* y, int count)
    {
        int i = 0;
        for (; i <= count - Lanes; i += Lanes) (T.Load(x + i) + T.Load(addend + i)).Store(y + i);
        for (; i < count; i++) y[i] = x[i] + addend[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiply(float* x, float* factor, float* y, int count)
    {
        int i = 0;
        for (; i <= count - Lanes; i += Lanes) (T.Load(x + i) * T.Load(factor + i)).Store(y + i);
        for (; i < count; i++) y[i] = x[i] * factor[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Scale(float* x, float factor, float* y, int count)
    {
        int i = 0;
        for (; i <= count - Lanes; i += Lanes) (T.Load(x + i) * T.Create(factor)).Store(y + i);
        for (; i < count; i++) y[i] = x[i] * factor;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Softcap(float* x, float cap, float* y, int count)
    {
        int i = 0;
        for (; i <= count - Lanes; i += Lanes) (VectorMath.Tanh(T.Load(x + i) / T.Create(cap)) * T.Create(cap)).Store(y + i);
        if (i < count) StorePart(VectorMath.Tanh(LoadPart(x + i, count - i, 0) / T.Create(cap)) * T.Create(cap), y + i, count - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Softmax(float* x, float* y, int count)
    {
        T largest = T.Create(float.NegativeInfinity);
        for (int i = 0; i < count; i += Lanes) largest = T.Max(largest, LoadPart(x + i, count - i, float.NegativeInfinity));
        T highest = T.Create(T.Largest(largest));

        T sum = default;
        for (int i = 0; i < count; i += Lanes)
        {
            T power = VectorMath.Exp(LoadPart(x + i, count - i, float.NegativeInfinity) - highest);
            sum += power;
            StorePart(power, y + i, count - i);
        }

        Scale(y, 1 / T.Sum(sum), y, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SwishGate(SwishGate swish, float* gate, float* up, float* y, int count)
    {
        for (int i = 0; i < count; i += Lanes)
            StorePart(SwishGate(swish, LoadPart(gate + i, count - i, 0), LoadPart(up + i, count - i, 0)), y + i, count - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddScaled(float* x, float factor, float* sum, int count, bool isFirst)
    {
        int i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            T part = T.Load(x + i) * T.Create(factor);
            (isFirst ? part : T.Load(sum + i) + part).Store(sum + i);
        }

        for (; i < count; i++) sum[i] = isFirst ? x[i] * factor : sum[i] + (x[i] * factor);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T SwishGate(SwishGate swish, T gate, T up)
    {
        T limit = T.Create(swish.Limit);
        T g = T.Min(gate, limit);
        T l = T.Max(T.Min(up, limit), -limit);
        return g * VectorMath.Sigmoid(g * T.Create(swish.Alpha)) * (l + T.Create(swish.Beta));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScaleBy(float* x, float factor, float mean, float* weight, float* bias, float* y, int count)
    {
        int i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            T value = (T.Load(x + i) - T.Create(mean)) * T.Create(factor) * T.Load(weight + i);
            (bias == null ? value : value + T.Load(bias + i)).Store(y + i);
        }

        for (; i < count; i++) y[i] = ((x[i] - mean) * factor * weight[i]) + (bias == null ? 0 : bias[i]);
    }

    /// <summary>Eight numbers, or as many as there are and something to fill up with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T LoadPart(float* x, int count, float filler) => count >= Lanes ? T.Load(x) : LoadRest(x, count, filler);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePart(T part, float* y, int count)
    {
        if (count >= Lanes) part.Store(y);
        else StoreRest(part, y, count);
    }

    // No call: sums would not stay in registers across it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T LoadRest(float* x, int count, float filler)
    {
        T part = T.Create(filler);
        for (int i = 0; i < count; i++) ((float*)&part)[i] = x[i];
        return part;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRest(T part, float* y, int count)
    {
        for (int i = 0; i < count; i++) y[i] = ((float*)&part)[i];
    }
}

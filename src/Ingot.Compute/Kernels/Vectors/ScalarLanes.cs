using System.Runtime.CompilerServices;

namespace Ingot.Compute.Kernels.Vectors;

/// <summary>8 floats, one after the other.</summary>
[InlineArray(Lanes)]
internal unsafe struct ScalarLanes : IEightLanes<ScalarLanes>
{
    private const int Lanes = 8;

    private float _first;

    public static int Count => Lanes;

    public readonly ScalarLanes Folded => this;

    public static ScalarLanes operator +(ScalarLanes a, ScalarLanes b)
    {
        for (int i = 0; i < Lanes; i++) a[i] = a[i] + b[i];
        return a;
    }

    public static ScalarLanes operator -(ScalarLanes a, ScalarLanes b)
    {
        for (int i = 0; i < Lanes; i++) a[i] = a[i] - b[i];
        return a;
    }

    public static ScalarLanes operator *(ScalarLanes a, ScalarLanes b)
    {
        for (int i = 0; i < Lanes; i++) a[i] = a[i] * b[i];
        return a;
    }

    public static ScalarLanes operator /(ScalarLanes a, ScalarLanes b)
    {
        for (int i = 0; i < Lanes; i++) a[i] = a[i] / b[i];
        return a;
    }

    public static ScalarLanes operator -(ScalarLanes a)
    {
        for (int i = 0; i < Lanes; i++) a[i] = -a[i];
        return a;
    }

    public static ScalarLanes Load(float* source)
    {
        ScalarLanes lanes = default;
        for (int i = 0; i < Lanes; i++) lanes[i] = source[i];
        return lanes;
    }

    public static ScalarLanes Create(float value)
    {
        ScalarLanes lanes = default;
        for (int i = 0; i < Lanes; i++) lanes[i] = value;
        return lanes;
    }

    public static ScalarLanes MultiplyAdd(ScalarLanes a, ScalarLanes b, ScalarLanes c)
    {
        for (int i = 0; i < Lanes; i++) a[i] = float.MultiplyAddEstimate(a[i], b[i], c[i]);
        return a;
    }

    public static ScalarLanes Min(ScalarLanes a, ScalarLanes b)
    {
        for (int i = 0; i < Lanes; i++) a[i] = float.Min(a[i], b[i]);
        return a;
    }

    public static ScalarLanes Max(ScalarLanes a, ScalarLanes b)
    {
        for (int i = 0; i < Lanes; i++) a[i] = float.Max(a[i], b[i]);
        return a;
    }

    public static ScalarLanes AtMost(ScalarLanes a, float most) => Min(a, Create(most));

    public static ScalarLanes AtLeast(ScalarLanes a, float least) => Max(a, Create(least));

    public static ScalarLanes MaxNative(ScalarLanes a, ScalarLanes b)
    {
        for (int i = 0; i < Lanes; i++) a[i] = float.MaxNative(a[i], b[i]);
        return a;
    }

    public static ScalarLanes Abs(ScalarLanes a)
    {
        for (int i = 0; i < Lanes; i++) a[i] = float.Abs(a[i]);
        return a;
    }

    public static ScalarLanes CopySign(ScalarLanes size, ScalarLanes sign)
    {
        for (int i = 0; i < Lanes; i++) size[i] = float.CopySign(size[i], sign[i]);
        return size;
    }

    public static ScalarLanes Floor(ScalarLanes a)
    {
        for (int i = 0; i < Lanes; i++) a[i] = float.Floor(a[i]);
        return a;
    }

    public static ScalarLanes PowerOfTwo(ScalarLanes exponent)
    {
        for (int i = 0; i < Lanes; i++) exponent[i] = BitConverter.Int32BitsToSingle(((int)exponent[i] + 127) << 23);
        return exponent;
    }

    public static ScalarLanes SelectLess(ScalarLanes a, ScalarLanes b, ScalarLanes less, ScalarLanes other)
    {
        for (int i = 0; i < Lanes; i++) a[i] = a[i] < b[i] ? less[i] : other[i];
        return a;
    }

    public static ScalarLanes SelectEqual(ScalarLanes a, ScalarLanes b, ScalarLanes equal, ScalarLanes other)
    {
        for (int i = 0; i < Lanes; i++) a[i] = a[i] == b[i] ? equal[i] : other[i];
        return a;
    }

    public static float Sum(ScalarLanes a) => ((a[0] + a[1]) + (a[2] + a[3])) + ((a[4] + a[5]) + (a[6] + a[7]));

    public static float Largest(ScalarLanes a)
    {
        float largest = a[0];
        for (int i = 1; i < Lanes; i++) largest = float.MaxNative(largest, a[i]);
        return largest;
    }

    public readonly void Store(float* target)
    {
        for (int i = 0; i < Lanes; i++) target[i] = this[i];
    }
}

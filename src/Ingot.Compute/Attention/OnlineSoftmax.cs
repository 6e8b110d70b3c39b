using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Attention;

/// <summary>One query's softmax over blocks of 16 tokens as they come: the largest score so far and, in 8 lanes, the sum of powers relative to it.</summary>
internal static unsafe class OnlineSoftmax
{
    /// <summary>Tokens taken at a time.</summary>
    public const int BlockTokens = 16;

    /// <summary>Turns 16 scores into powers in place and returns what earlier sums and outputs must be multiplied with.</summary>
    /// <param name="scores">16 scores; on return their powers, 0 where hidden.</param>
    /// <param name="from">First token the query sees.</param>
    /// <param name="to">One past the last token it sees; with none in sight nothing changes.</param>
    /// <param name="softcap">The cap, or 0.</param>
    /// <param name="largest">The largest score so far, −∞ at first.</param>
    /// <param name="sum">8 partial sums so far.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Next(float* scores, int from, int to, float softcap, float* largest, float* sum)
    {
        Vector256<float> a = Vector256.Load(scores), b = Vector256.Load(scores + 8);
        if (softcap > 0)
        {
            a = VectorMath.Tanh(a / softcap) * softcap;
            b = VectorMath.Tanh(b / softcap) * softcap;
        }

        if (from > 0 || to < BlockTokens)
        {
            a = Hide(a, Vector256<int>.Indices, from, to);
            b = Hide(b, Vector256<int>.Indices + Vector256.Create(8), from, to);
        }

        float before = *largest;
        float now = MathF.Max(before, Largest(Vector256.Max(a, b)));
        if (float.IsNegativeInfinity(now))
        {
            Vector256<float>.Zero.Store(scores);
            Vector256<float>.Zero.Store(scores + 8);
            return 1;
        }

        a = VectorMath.Exp(a - Vector256.Create(now));
        b = VectorMath.Exp(b - Vector256.Create(now));
        a.Store(scores);
        b.Store(scores + 8);
        float correction = before == now ? 1 : VectorMath.Exp(Vector256.Create(before - now)).ToScalar();
        Vector256.MultiplyAddEstimate(Vector256.Load(sum), Vector256.Create(correction), a + b).Store(sum);
        *largest = now;
        return correction;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Hide(Vector256<float> scores, Vector256<int> tokens, int from, int to)
    {
        Vector256<int> seen = Vector256.GreaterThanOrEqual(tokens, Vector256.Create(from)) & Vector256.LessThan(tokens, Vector256.Create(to));
        return Vector256.ConditionalSelect(seen.AsSingle(), scores, Vector256.Create(float.NegativeInfinity));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Largest(Vector256<float> values)
    {
        Vector128<float> four = Vector128.Max(values.GetLower(), values.GetUpper());
        four = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(four[0], four[1]);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ingot.Compute.Attention;

/// <summary>The largest scores of 8 queries at once, by AVX.</summary>
internal static unsafe class LargestScores
{
    private const int Tokens = OnlineSoftmax.BlockTokens;

    /// <summary>Raises each query's largest score by those of 16 tokens.</summary>
    /// <param name="scores">[8 queries, 16 tokens].</param>
    /// <param name="largest">[8 queries].</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Raise8(float* scores, float* largest)
    {
        Vector256<float> a = Of4(scores), b = Of4(scores + (4 * Tokens));
        Vector256.MaxNative(Vector256.Load(largest), Vector256.MaxNative(Avx.Permute2x128(a, b, 0x20), Avx.Permute2x128(a, b, 0x31))).Store(largest);
    }

    // Of 4 queries in each half, still to be joined: a query's numbers meet its others where they would stand one query on.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Of4(float* scores)
    {
        Vector256<float> a = Halved(scores), b = Halved(scores + Tokens), c = Halved(scores + (2 * Tokens)), d = Halved(scores + (3 * Tokens));
        Vector256<float> ab = Vector256.MaxNative(Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b)), cd = Vector256.MaxNative(Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
        return Vector256.MaxNative(Avx.Shuffle(ab, cd, 0x44), Avx.Shuffle(ab, cd, 0xEE));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halved(float* scores) => Vector256.MaxNative(Vector256.Load(scores), Vector256.Load(scores + 8));
}

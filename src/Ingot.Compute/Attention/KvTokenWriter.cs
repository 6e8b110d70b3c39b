using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ingot.Compute.Attention;

/// <summary>Puts one token's keys and values of one head into their tiles.</summary>
internal static unsafe class KvTokenWriter
{
    private const int MostNumbers = 256;

    private const float LargestHalf = 65504;

    // A group whose step is smaller is taken as zeros: the inverse would overflow.
    private const float SmallestStep = 1e-37f;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WriteKey(KvLayout layout, float* key, byte* tile, int token)
    {
        switch (layout.Format)
        {
            case KvFormat.Float32:
                for (int i = 0; i < layout.HeadSize; i++) ((float*)tile)[(i * KvLayout.TileTokens) + token] = key[i];
                break;
            case KvFormat.Float16:
                ushort* halves = stackalloc ushort[MostNumbers];
                Narrow(key, layout.HeadSize, halves);
                for (int i = 0; i < layout.HeadSize; i++) ((ushort*)tile)[(i * KvLayout.TileTokens) + token] = halves[i];
                break;
            default:
                sbyte* codes = stackalloc sbyte[MostNumbers];
                Quantize(layout, key, codes, (float*)(tile + layout.ScaleOffset) + token, KvLayout.TileTokens);
                for (int i = 0; i < layout.HeadSize; i++) tile[(i * KvLayout.TileTokens) + token] = (byte)codes[i];
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WriteValue(KvLayout layout, float* value, byte* tile, int token)
    {
        byte* target = tile + (token * layout.HeadSize * layout.NumberBytes);
        switch (layout.Format)
        {
            case KvFormat.Float32:
                Buffer.MemoryCopy(value, target, layout.HeadSize * sizeof(float), layout.HeadSize * sizeof(float));
                break;
            case KvFormat.Float16:
                Narrow(value, layout.HeadSize, (ushort*)target);
                break;
            default:
                Quantize(layout, value, (sbyte*)target, (float*)(tile + layout.ScaleOffset) + (token * layout.GroupCount), 1);
                break;
        }
    }

    // Writes just so many: another member may be writing the next token.
    private static void Narrow(float* numbers, int count, ushort* halves)
    {
        int i = 0;
        for (; i <= count - 8; i += 8) Narrow(Vector256.Load(numbers + i)).Store(halves + i);
        if (i == count) return;
        float* last = stackalloc float[8];
        for (int rest = 0; rest < 8; rest++) last[rest] = i + rest < count ? numbers[i + rest] : 0;
        Vector128<ushort> narrowed = Narrow(Vector256.Load(last));
        for (int rest = 0; i < count; i++, rest++) halves[i] = narrowed[rest];
    }

    // To nearest, ties to even; not a number becomes the largest, as what is too large does.
    private static Vector128<ushort> Narrow(Vector256<float> numbers)
    {
        Vector256<uint> sign = Vector256.ShiftRightLogical(numbers.AsUInt32(), 16) & Vector256.Create(0x8000u);
        Vector256<float> size = Vector256.Abs(numbers);
        size = Vector256.ConditionalSelect(Vector256.LessThan(size, Vector256.Create(LargestHalf)), size, Vector256.Create(LargestHalf));
        Vector256<uint> bits = size.AsUInt32();
        Vector256<uint> odd = Vector256.ShiftRightLogical(bits, 13) & Vector256<uint>.One;
        Vector256<uint> normal = Vector256.ShiftRightLogical(bits - Vector256.Create((112u << 23) - 0xFFF) + odd, 13);

        // Below the smallest normal Half: the last place of a number from 0.5 to 1 is that of a Half.
        Vector256<uint> small = (size + Vector256.Create(0.5f)).AsUInt32() - Vector256.Create(0x3F000000u);
        Vector256<uint> half = Vector256.ConditionalSelect(Vector256.LessThan(size, Vector256.Create(6.103515625e-05f)).AsUInt32(), small, normal) | sign;
        return Vector128.Narrow(half.GetLower(), half.GetUpper());
    }

    private static void Quantize(KvLayout layout, float* numbers, sbyte* codes, float* scales, int scaleStride)
    {
        for (int first = 0; first < layout.HeadSize; first += KvLayout.GroupSize, scales += scaleStride)
        {
            int end = Math.Min(first + KvLayout.GroupSize, layout.HeadSize);
            *scales = Quantize(numbers + first, end - first, codes + first);
        }
    }

    private static float Quantize(float* numbers, int count, sbyte* codes)
    {
        Vector256<float> largest8 = Vector256<float>.Zero;
        int i = 0;
        for (; i <= count - 8; i += 8) largest8 = Vector256.Max(largest8, Vector256.Abs(Vector256.Load(numbers + i)));
        float largest = 0;
        for (int lane = 0; lane < 8; lane++) largest = MathF.Max(largest, largest8[lane]);
        for (; i < count; i++) largest = MathF.Max(largest, MathF.Abs(numbers[i]));

        float step = largest / 127f, inverse = step > SmallestStep ? 1f / step : 0f;
        i = 0;
        for (; i <= count - 8; i += 8)
        {
            Vector256<int> rounded = Vector256.ConvertToInt32(Vector256.Round(Vector256.Load(numbers + i) * inverse));
            Vector128<short> shorts = Vector128.Narrow(rounded.GetLower(), rounded.GetUpper());
            *(long*)(codes + i) = Vector128.Narrow(shorts, shorts).AsInt64().ToScalar();
        }

        for (; i < count; i++) codes[i] = (sbyte)MathF.Round(numbers[i] * inverse);
        return step;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Ingot.Compute.Kernels.VectorZip;

namespace Ingot.Compute.Kernels;

/// <summary>Brings 16-bit numbers of eight rows into a tile's order, eight columns at a time.</summary>
internal static unsafe class HalfTransposer
{
    /// <summary>Rows taken together.</summary>
    public const int Rows = 8;

    /// <summary>Columns there must be at least.</summary>
    public const int FewestColumns = 8;

    public static bool IsSupported => VectorZip.IsSupported;

    /// <summary>Packs 16-bit numbers as they are.</summary>
    /// <param name="rows">The first row.</param>
    /// <param name="stride">Bytes from row to row.</param>
    /// <param name="columns">Numbers in a row, at least <see cref="FewestColumns"/>.</param>
    /// <param name="tile">[column, 16 outputs]: where the first row's first number goes.</param>
    public static void Pack(byte* rows, long stride, int columns, ushort* tile) => Pack<Halves>(rows, stride, columns, tile);

    /// <summary>Packs floats that are half-precision numbers exactly, as those.</summary>
    public static void PackFloats(byte* rows, long stride, int columns, ushort* tile) => Pack<Floats>(rows, stride, columns, tile);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack<TRow>(byte* rows, long stride, int columns, ushort* tile)
        where TRow : struct, IRow
    {
        for (int done = 0; done < columns; done += FewestColumns)
        {
            // The last ones are taken together with some that have been taken before.
            int k = Math.Min(done, columns - FewestColumns);
            byte* at = rows + (k * (long)TRow.ElementBytes);
            Vector128<ushort> a = TRow.Load(at), b = TRow.Load(at + stride), c = TRow.Load(at + (2 * stride)), d = TRow.Load(at + (3 * stride));
            at += 4 * stride;
            Vector128<ushort> e = TRow.Load(at), f = TRow.Load(at + stride), g = TRow.Load(at + (2 * stride)), h = TRow.Load(at + (3 * stride));
            ushort* to = tile + (k * WeightMatrix.TileSize);
            StoreFour(Low(a, b), Low(c, d), Low(e, f), Low(g, h), to);
            StoreFour(High(a, b), High(c, d), High(e, f), High(g, h), to + (4 * WeightMatrix.TileSize));
        }
    }

    // Four columns, of pairs of rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreFour(Vector128<ushort> ab, Vector128<ushort> cd, Vector128<ushort> ef, Vector128<ushort> gh, ushort* to)
    {
        Vector128<ulong> upper = Low(ab.AsUInt32(), cd.AsUInt32()).AsUInt64(), lower = Low(ef.AsUInt32(), gh.AsUInt32()).AsUInt64();
        Low(upper, lower).AsUInt16().Store(to);
        High(upper, lower).AsUInt16().Store(to + WeightMatrix.TileSize);
        (upper, lower) = (High(ab.AsUInt32(), cd.AsUInt32()).AsUInt64(), High(ef.AsUInt32(), gh.AsUInt32()).AsUInt64());
        Low(upper, lower).AsUInt16().Store(to + (2 * WeightMatrix.TileSize));
        High(upper, lower).AsUInt16().Store(to + (3 * WeightMatrix.TileSize));
    }

    private interface IRow
    {
        static abstract int ElementBytes { get; }

        static abstract Vector128<ushort> Load(byte* numbers);
    }

    private readonly struct Halves : IRow
    {
        public static int ElementBytes => sizeof(ushort);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<ushort> Load(byte* numbers) => Vector128.Load(numbers).AsUInt16();
    }

    private readonly struct Floats : IRow
    {
        public static int ElementBytes => sizeof(float);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<ushort> Load(byte* numbers) => HalfScale.Narrow(Vector256.Load(numbers).AsUInt32());
    }
}

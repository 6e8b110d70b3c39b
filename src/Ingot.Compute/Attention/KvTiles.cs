using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Ingot.Compute.Kernels;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Attention;

/// <summary>Makes floats of tiles that are kept in fewer bits, once for all queries that look at them.</summary>
internal static unsafe class KvTiles
{
    /// <summary>How far vectors may reach beyond what they are to read, in bytes, and to write, in floats.</summary>
    public const int Overreach = 64;

    private const int LineBytes = 64;
    private const int FetchedBytes = 4 * LineBytes;

    /// <summary>
    /// Asks the memory for the beginning of a tile. By that the processor notices that the tile is read in a row, and asks for the rest itself, up to the end
    /// of the page: more at once than a core can ask for otherwise. Tiles lie anywhere, so it does not notice by itself.
    /// </summary>
    /// <param name="tile">The tile.</param>
    public static void Fetch(byte* tile)
    {
        if (!Sse.IsSupported) return;
        for (byte* end = tile + FetchedBytes; tile < end; tile += LineBytes) Sse.Prefetch0(tile);
    }

    /// <summary>Keys, all 16 tokens' whether there are as many or not.</summary>
    /// <param name="layout">Not of 32 bits.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="keys">[head size, 16].</param>
    /// <param name="form">Which vectors to use.</param>
    public static void WidenKeys(KvLayout layout, byte* tile, float* keys, KernelForm form)
    {
        switch (form)
        {
            case KernelForm.Vector512: KvTileKernel<Ops512, Vector512<float>>.Keys(layout, tile, keys); break;
            case KernelForm.Vector256: KvTileKernel<Ops256, Vector256<float>>.Keys(layout, tile, keys); break;
            case KernelForm.Vector128: KvTileKernel<Ops128, Vector128<float>>.Keys(layout, tile, keys); break;
            default:
                for (int i = 0; i < layout.HeadSize * KvLayout.TileTokens; i++) keys[i] = ReadKey(layout, tile, i % KvLayout.TileTokens, i / KvLayout.TileTokens);
                break;
        }
    }

    /// <summary>Values of the first tokens.</summary>
    /// <param name="layout">Not of 32 bits.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="tokens">How many, at most 16.</param>
    /// <param name="values">[tokens, head size], with <see cref="Overreach"/>.</param>
    /// <param name="form">Which vectors to use.</param>
    public static void WidenValues(KvLayout layout, byte* tile, int tokens, float* values, KernelForm form)
    {
        switch (form)
        {
            case KernelForm.Vector512: KvTileKernel<Ops512, Vector512<float>>.Values(layout, tile, tokens, values); break;
            case KernelForm.Vector256: KvTileKernel<Ops256, Vector256<float>>.Values(layout, tile, tokens, values); break;
            case KernelForm.Vector128: KvTileKernel<Ops128, Vector128<float>>.Values(layout, tile, tokens, values); break;
            default:
                for (int i = 0; i < tokens * layout.HeadSize; i++) values[i] = ReadValue(layout, tile, i / layout.HeadSize, i % layout.HeadSize);
                break;
        }
    }

    /// <summary>One number of a token's key, in any format.</summary>
    public static float ReadKey(KvLayout layout, byte* tile, int token, int number) =>
        Read(layout, tile, (number * KvLayout.TileTokens) + token, (number / KvLayout.GroupSize * KvLayout.TileTokens) + token);

    /// <summary>One number of a token's value, in any format.</summary>
    public static float ReadValue(KvLayout layout, byte* tile, int token, int number) =>
        Read(layout, tile, (token * layout.HeadSize) + number, (token * layout.GroupCount) + (number / KvLayout.GroupSize));

    private static float Read(KvLayout layout, byte* tile, int place, int scale) => layout.Format switch
    {
        KvFormat.Float32 => ((float*)tile)[place],
        KvFormat.Float16 => (float)((Half*)tile)[place],
        _ => ((sbyte*)tile)[place] * ((float*)(tile + layout.ScaleOffset))[scale],
    };
}

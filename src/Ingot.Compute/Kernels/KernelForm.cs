using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ingot.Compute.Kernels;

/// <summary>Which way a kernel is written. Every form gives the same answer; the machine decides which is fastest.</summary>
internal enum KernelForm
{
    /// <summary>One number at a time: the reference.</summary>
    Scalar,

    /// <summary>128-bit vectors: NEON, SSE.</summary>
    Vector128,

    /// <summary>256-bit vectors: AVX2, with AVX-VNNI where there is one.</summary>
    Vector256,

    /// <summary>512-bit vectors: AVX-512 F, BW, DQ.</summary>
    Vector512,
}

/// <summary>The forms this machine runs, chosen once.</summary>
internal static class KernelForms
{
    public static readonly KernelForm Best = Enum.GetValues<KernelForm>().Where(IsSupported).Max();

    public static bool IsSupported(KernelForm form) => form switch
    {
        KernelForm.Scalar => true,
        KernelForm.Vector128 => Vector128.IsHardwareAccelerated,
        KernelForm.Vector256 => Avx2.IsSupported && Fma.IsSupported,
        _ => Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported,
    };
}

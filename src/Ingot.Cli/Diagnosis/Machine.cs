using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Ingot.Cli.Diagnosis;

/// <summary>What there is to know about this program and the machine it runs on.</summary>
internal static class Machine
{
    private const string ProcessorFile = "/proc/cpuinfo";
    private const int ShownStateLetters = 9;

    /// <summary>The command's version.</summary>
    public static string Version { get; } =
        typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>A version as people read it: of the source's state the first letters do.</summary>
    public static string Shorten(string? version) =>
        version?.IndexOf('+', StringComparison.Ordinal) is >= 0 and var plus ? version[..Math.Min(version.Length, plus + ShownStateLetters)] : version ?? "unknown";

    /// <summary>The processor's name, where the system tells it.</summary>
    public static string? Processor
    {
        get
        {
            if (OperatingSystem.IsWindows())
                return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
            try
            {
                return File.ReadLines(ProcessorFile)
                    .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>The instruction sets that matter to the kernels, and whether this processor has them.</summary>
    public static IReadOnlyList<(string Name, bool IsThere)> Features => RuntimeInformation.ProcessArchitecture is Architecture.Arm64
        ? [("AdvSimd", AdvSimd.IsSupported), ("DotProd", Dp.IsSupported)]
        :
        [
            ("SSSE3", Ssse3.IsSupported),
            ("AVX2", Avx2.IsSupported),
            ("FMA", Fma.IsSupported),
            ("AVX-VNNI", AvxVnni.IsSupported),
            ("AVX-512", Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported),
        ];
}

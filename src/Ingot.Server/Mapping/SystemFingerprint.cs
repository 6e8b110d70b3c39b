using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using System.Text;

namespace Ingot.Server.Mapping;

/// <summary>
/// Names what an equal seed needs to give an equal answer: this build, and the vector instructions it computes with, since
/// sums are rounded differently by each.
/// </summary>
internal static class SystemFingerprint
{
    /// <summary><c>fp_</c> and ten digits or letters; the same as long as the process runs, and on every start of the same build here.</summary>
    public static readonly string Value = Compute();

    private static string Compute()
    {
        string version = typeof(SystemFingerprint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        string machine = $"{RuntimeInformation.ProcessArchitecture} {Vector512.IsHardwareAccelerated} {Vector256.IsHardwareAccelerated}";
        return "fp_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{version} {machine}")))[..10];
    }
}

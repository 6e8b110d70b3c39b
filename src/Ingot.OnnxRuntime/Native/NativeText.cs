using System.Text;

namespace Ingot.OnnxRuntime.Native;

/// <summary>Texts as the library takes them.</summary>
internal static class NativeText
{
    /// <summary>UTF-8, ending in a zero.</summary>
    public static byte[] Of(string text) => Encoding.UTF8.GetBytes(text + '\0');

    /// <summary>A path: wide on Windows, UTF-8 elsewhere; ending in a zero.</summary>
    public static byte[] OfPath(string path) => OperatingSystem.IsWindows() ? Encoding.Unicode.GetBytes(path + '\0') : Of(path);
}

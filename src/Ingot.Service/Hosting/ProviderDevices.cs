namespace Ingot.Service.Hosting;

/// <summary>
/// Whether the machine has anything for an execution provider to compute with: ONNX Runtime lists what is built in, and a model is not to be
/// given to a provider that cannot but fail. Looks at files alone; where they tell nothing, there is something.
/// </summary>
internal static class ProviderDevices
{
    private static readonly string[] NvidiaFiles = ["/dev/nvidiactl", "/dev/nvmap", "/dev/dxg"];

    /// <summary>Says what is missing, as the end of a sentence; null when nothing is.</summary>
    /// <param name="provider">A provider's short name.</param>
    /// <param name="exists">Whether there is a file.</param>
    /// <param name="isLinux">Whether this is Linux, where devices are files.</param>
    public static string? WhyMissing(string provider, Func<string, bool> exists, bool isLinux) => provider switch
    {
        "cuda" or "nvtensorrtrtx" => HasNvidia(exists, isLinux) ? null : "and this machine has no NVIDIA graphics processor, or no driver for it.",
        // Up to sixteen graphics processors; they are numbered from 128 on.
        "webgpu" when isLinux => HasNvidia(exists, isLinux) || Enumerable.Range(128, 16).Any(number => exists($"/dev/dri/renderD{number}"))
            ? null
            : "and this machine has no graphics processor.",
        _ => null,
    };

    private static bool HasNvidia(Func<string, bool> exists, bool isLinux) =>
        isLinux ? NvidiaFiles.Any(exists) : exists(Path.Combine(Environment.SystemDirectory, "nvcuda.dll"));
}

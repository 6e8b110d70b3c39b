using Ingot.Errors;

namespace Ingot.Service.Hosting;

/// <summary>
/// What can compute a model. The one place that reads an execution provider's name (a request's <c>ep</c>), says which are
/// known and which this build and machine have, and refuses the others.
/// </summary>
public static class ExecutionProviders
{
    /// <summary>The processor, by kernels in C#: always there.</summary>
    public const string Cpu = "cpu";

    private const string LongEnding = "ExecutionProvider";

    /// <summary>Every provider that is known by name, those that are here first.</summary>
    public static IReadOnlyList<ExecutionProvider> Known { get; } =
    [
        new(Cpu, "CPUExecutionProvider", IsAvailable: true),
        new("cuda", "CUDAExecutionProvider", IsAvailable: false),
        new("dml", "DmlExecutionProvider", IsAvailable: false),
        new("webgpu", "WebGpuExecutionProvider", IsAvailable: false),
        new("qnn", "QNNExecutionProvider", IsAvailable: false),
        new("nvtensorrtrtx", "NvTensorRTRTXExecutionProvider", IsAvailable: false),
        new("openvino", "OpenVINOExecutionProvider", IsAvailable: false),
        new("vitisai", "VitisAIExecutionProvider", IsAvailable: false),
    ];

    /// <summary>The providers this build and this machine have, the best first.</summary>
    public static IReadOnlyList<ExecutionProvider> Available { get; } = [.. Known.Where(provider => provider.IsAvailable)];

    /// <summary>Finds a provider by a name as people and programs write it: <c>cuda</c>, <c>CUDA</c> or <c>CUDAExecutionProvider</c>.</summary>
    /// <param name="name">The name, letter case aside.</param>
    /// <returns>The provider, here or not; null for a name nobody knows.</returns>
    public static ExecutionProvider? Find(string name)
    {
        var wanted = name.Trim();
        if (wanted.EndsWith(LongEnding, StringComparison.OrdinalIgnoreCase))
            wanted = wanted[..^LongEnding.Length];
        if (wanted.Equals("DirectML", StringComparison.OrdinalIgnoreCase))
            wanted = "dml";
        return Known.FirstOrDefault(provider => provider.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Gives the provider to compute with.</summary>
    /// <param name="name">The name, in any spelling <see cref="Find"/> reads; null or empty means the best there is.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.UnsupportedValue"/> for <c>ep</c>: not known, or not in this build or machine.</exception>
    public static ExecutionProvider Require(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
            return Available[0];
        if (Find(name) is { IsAvailable: true } provider)
            return provider;
        var here = string.Join(", ", Available.Select(known => $"'{known.Name}'"));
        var why = Find(name) is { } absent
            ? $"is not available: this build and machine have {here}. Leave 'ep' out to use the best there is, or run a build of Ingot made with '{absent.Name}' on a machine that has it"
            : $"is not known: known are {string.Join(", ", Known.Select(known => $"'{known.Name}'"))}, and this build and machine have {here}";
        throw new IngotException(ErrorCode.UnsupportedValue, $"Unsupported value for 'ep': the execution provider '{Shorten(name)}' {why}.", "ep");
    }

    private static string Shorten(string name) => name.Length > 40 ? name[..40] + "…" : name;
}

/// <summary>Something that computes models.</summary>
/// <param name="Name">Its short name, lower case: what a request's <c>ep</c> says.</param>
/// <param name="RuntimeName">Its name in catalogs, such as <c>CPUExecutionProvider</c>.</param>
/// <param name="IsAvailable">Whether this build and this machine have it.</param>
public sealed record ExecutionProvider(string Name, string RuntimeName, bool IsAvailable);

using System.Globalization;
using Ingot.Engine.Running;
using Ingot.Errors;
using Ingot.OnnxRuntime;

namespace Ingot.Service.Hosting;

/// <summary>
/// What can compute a model. The one place that reads an execution provider's name (a request's <c>ep</c>), says which are
/// known and which are here, and refuses the others.
/// </summary>
public static class ExecutionProviders
{
    /// <summary>The processor, by kernels in C#: always there.</summary>
    public const string Cpu = "cpu";

    private const string LongEnding = "ExecutionProvider";

    private static readonly (string Name, string RuntimeName, string LibraryName, string? DeviceOption)[] Table =
    [
        (Cpu, "CPUExecutionProvider", "", null),
        ("cuda", "CUDAExecutionProvider", "CUDA", "device_id"),
        ("dml", "DmlExecutionProvider", "DML", "device_id"),
        ("webgpu", "WebGpuExecutionProvider", "WebGPU", null),
        ("qnn", "QNNExecutionProvider", "QNN", null),
        ("nvtensorrtrtx", "NvTensorRTRTXExecutionProvider", "NvTensorRtRtx", "device_id"),
        ("openvino", "OpenVINOExecutionProvider", "OpenVINO", null),
        ("vitisai", "VitisAIExecutionProvider", "VitisAI", null),
    ];

    private static readonly string[] AnyGraphicsProcessor = ["cuda", "dml", "webgpu"];

    /// <summary>ONNX Runtime, whose providers these are: looked for when it is first needed, and then once in a process.</summary>
    public static Lazy<OnnxRuntimeSearch> Library { get; } =
        new(() => OnnxRuntimeSearch.Find(Environment.GetEnvironmentVariable(OnnxRuntimeSearch.Variable), IngotOptions.HomeFolder));

    /// <summary>Every provider that is known by name, the processor first.</summary>
    public static IReadOnlyList<ExecutionProvider> Known => [.. Table.Select(row => new ExecutionProvider(row.Name, row.RuntimeName, IsHere(row.RuntimeName)))];

    /// <summary>The providers that are here: the processor, and what is built into the ONNX Runtime library that was found.</summary>
    public static IReadOnlyList<ExecutionProvider> Available => [.. Known.Where(provider => provider.IsAvailable)];

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
        var row = Array.Find(Table, row => row.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase));
        return row.Name is null ? null : new ExecutionProvider(row.Name, row.RuntimeName, IsHere(row.RuntimeName));
    }

    /// <summary>Gives the provider to compute with.</summary>
    /// <param name="name">The name, in any spelling <see cref="Find"/> reads; null or empty means the processor.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.UnsupportedValue"/> for <c>ep</c>: not known, or not here.</exception>
    public static ExecutionProvider Require(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
            name = Cpu;
        if (Find(name) is { IsAvailable: true } provider)
            return provider;
        var here = string.Join(", ", Available.Select(known => $"'{known.Name}'"));
        var why = Find(name) is { } absent
            ? $"is not available: this machine has {here}. It needs a build of ONNX Runtime with '{absent.Name}', which {OnnxRuntimeSearch.Variable} may name"
            : $"is not known: known are {string.Join(", ", Table.Select(known => $"'{known.Name}'"))}, and this machine has {here}";
        throw new IngotException(ErrorCode.UnsupportedValue, $"Unsupported value for 'ep': the execution provider '{Shorten(name)}' {why}.", "ep");
    }

    /// <summary>
    /// What is to compute a model where nobody says: what its folder was made for, if that is here; for one made for any graphics
    /// processor the best that is here; else the processor.
    /// </summary>
    /// <param name="modelId">The model's id, which tells of its variant.</param>
    /// <param name="wanted">The providers its folder names.</param>
    internal static string Choose(string modelId, IReadOnlyList<string> wanted)
    {
        if (wanted.Select(Find).FirstOrDefault(provider => provider is { IsAvailable: true, Name: not Cpu }) is { } made)
            return made.Name;
        return modelId.Contains("-generic-gpu:", StringComparison.OrdinalIgnoreCase) && AnyGraphicsProcessor.FirstOrDefault(name => Find(name)!.IsAvailable) is { } best
            ? best
            : Cpu;
    }

    /// <summary>What the library is told to compute with a provider.</summary>
    /// <param name="name">A short name.</param>
    /// <param name="device">The number of the graphics processor, where there are several.</param>
    /// <returns>Null for the processor.</returns>
    internal static ExecutionTarget? TargetOf(string name, int device)
    {
        var row = Array.Find(Table, row => row.Name == name);
        if (row.Name is null or Cpu)
            return null;
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        if (row.DeviceOption is { } option)
            options[option] = device.ToString(CultureInfo.InvariantCulture);
        return new ExecutionTarget(row.Name, row.LibraryName, options);
    }

    private static bool IsHere(string runtimeName) =>
        runtimeName is "CPUExecutionProvider" || Library.Value.Library?.Providers.Contains(runtimeName, StringComparer.OrdinalIgnoreCase) == true;

    private static string Shorten(string name) => name.Length > 40 ? name[..40] + "…" : name;
}

/// <summary>Something that computes models.</summary>
/// <param name="Name">Its short name, lower case: what a request's <c>ep</c> says.</param>
/// <param name="RuntimeName">Its name in catalogs, such as <c>CPUExecutionProvider</c>.</param>
/// <param name="IsAvailable">Whether it is the processor, or built into the ONNX Runtime library that was found. Whether the machine has what it needs, a load tells.</param>
public sealed record ExecutionProvider(string Name, string RuntimeName, bool IsAvailable);

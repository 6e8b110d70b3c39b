using System.Runtime.InteropServices;
using Ingot.Errors;
using Ingot.OnnxRuntime.Native;

namespace Ingot.OnnxRuntime;

/// <summary>
/// The ONNX Runtime library, loaded into this process for good: what it can compute with, and the way to load graphs. Thread-safe.
/// </summary>
public sealed unsafe class OnnxRuntimeLibrary
{
    /// <summary>The version of the C interface that is used; a library may be newer, not older.</summary>
    public const int ApiVersion = 30;

    // Only what kills the process: every failure comes back as a status, and is told from there.
    private const int LogFatal = 4;

    private readonly OrtFunctions _functions;
    private readonly OrtHandle _environment;
    private readonly OrtHandle _memory;
    private readonly OrtMemoryLimit _limit;

    private OnnxRuntimeLibrary(string path, string version, OrtFunctions functions)
    {
        (Path, Version, _functions) = (path, version, functions);
        BuildInfo = OrtFunctions.Text(((delegate* unmanaged<byte*>)functions.Of(OrtSlot.GetBuildInfoString))());
        Providers = [.. ReadProviders().Where(HasItsLibrary)];
        _environment = CreateEnvironment();
        _memory = CreateMemoryInfo(isArena: false);
        _limit = new OrtMemoryLimit(functions, _environment, CreateMemoryInfo(isArena: true));
    }

    /// <summary>The file it was loaded from; its bare name when the system found it.</summary>
    public string Path { get; }

    /// <summary>Its version, such as "1.30.0".</summary>
    public string Version { get; }

    /// <summary>How it was built, in its own words.</summary>
    public string BuildInfo { get; }

    /// <summary>
    /// The execution providers that are built in, such as <c>CPUExecutionProvider</c>, the most preferred first; of those that are libraries of
    /// their own, the ones that lie beside this one. That one is listed does not say that this machine has the hardware.
    /// </summary>
    public IReadOnlyList<string> Providers { get; }

    /// <summary>Loads the library.</summary>
    /// <param name="path">Its file, or a bare name that the system is to find.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ModelUnsupported"/>: it cannot be loaded, is not the library, or too old.</exception>
    public static OnnxRuntimeLibrary Load(string path)
    {
        if (!NativeLibrary.TryLoad(path, out var library))
            throw Refusal(path, "cannot be loaded: it is not there, damaged, or for another system");
        if (!NativeLibrary.TryGetExport(library, "OrtGetApiBase", out var entry))
            throw Refusal(path, "is not the ONNX Runtime library");
        var apiBase = ((delegate* unmanaged<OrtApiBase*>)entry)();
        var version = OrtFunctions.Text(apiBase->GetVersionString());
        // Asked for a version it does not have, the library writes to the error output before it says no.
        var table = IsRecent(version) ? apiBase->GetApi(ApiVersion) : null;
        if (table is null)
            throw Refusal(path, $"has version {version}; 1.{ApiVersion} or later is needed");
        return new OnnxRuntimeLibrary(path, version, new OrtFunctions(table));
    }

    /// <summary>Loads a graph. Takes as long as reading its weights.</summary>
    /// <param name="modelPath">The graph's file, absolute; trusted no more than the library trusts it.</param>
    /// <param name="settings">How to run it.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ModelUnsupported"/>: the library, or the provider asked for, refuses it; with the library's own words.</exception>
    public OrtSession Open(string modelPath, OrtSessionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        using var options = SessionOptions.Create(_functions, settings);
        using var environment = _environment.Lease();
        using var given = options.Lease();
        nint session;
        fixed (byte* path = NativeText.OfPath(modelPath))
        {
            var create = (delegate* unmanaged<nint, byte*, nint, nint*, nint>)_functions.Of(OrtSlot.CreateSession);
            using (_limit.For(settings.MemoryArena ? settings.MostMemoryBytes : null))
                _functions.Check(create(environment.Value, path, given.Value, &session), $"cannot load '{System.IO.Path.GetFileName(modelPath)}'", ErrorCode.ModelUnsupported);
        }

        return Own(session);
    }

    /// <summary>Loads a graph that is in memory, its weights inside it.</summary>
    /// <param name="model">The graph's file, as bytes; the caller's again afterwards.</param>
    /// <param name="settings">How to run it.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ModelUnsupported"/>: the library refuses it; with its own words.</exception>
    public OrtSession Open(ReadOnlySpan<byte> model, OrtSessionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        using var options = SessionOptions.Create(_functions, settings);
        using var environment = _environment.Lease();
        using var given = options.Lease();
        nint session;
        fixed (byte* bytes = model)
        {
            var create = (delegate* unmanaged<nint, byte*, nuint, nint, nint*, nint>)_functions.Of(OrtSlot.CreateSessionFromArray);
            _functions.Check(create(environment.Value, bytes, (nuint)model.Length, given.Value, &session), "cannot load a graph", ErrorCode.ModelUnsupported);
        }

        return Own(session);
    }

    private OrtSession Own(nint session)
    {
        var handle = new OrtHandle(_functions, OrtSlot.ReleaseSession, session, _environment);
        try
        {
            return new OrtSession(_functions, handle, _memory);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    // The library names these whether or not the part that computes came with it.
    private bool HasItsLibrary(string provider)
    {
        var part = provider switch
        {
            "CUDAExecutionProvider" => "cuda",
            "TensorrtExecutionProvider" => "tensorrt",
            "NvTensorRTRTXExecutionProvider" => "nv_tensorrt_rtx",
            "OpenVINOExecutionProvider" => "openvino",
            _ => null,
        };
        if (part is null)
            return true;
        // Where the system found the library nobody knows what lies beside it; the variable may name it by its place.
        if (!System.IO.Path.IsPathRooted(Path))
            return false;
        var folder = System.IO.Path.GetDirectoryName(Path)!;
        return Directory.EnumerateFiles(folder, $"*onnxruntime_providers_{part}.*").Any();
    }

    private string[] ReadProviders()
    {
        byte** names;
        int count;
        _functions.Check(((delegate* unmanaged<byte***, int*, nint>)_functions.Of(OrtSlot.GetAvailableProviders))(&names, &count), "cannot list its providers");
        var providers = new string[count];
        for (var i = 0; i < count; i++)
            providers[i] = OrtFunctions.Text(names[i]);
        _functions.Check(((delegate* unmanaged<byte**, int, nint>)_functions.Of(OrtSlot.ReleaseAvailableProviders))(names, count), "cannot free a list");
        return providers;
    }

    private OrtHandle CreateEnvironment()
    {
        nint environment;
        fixed (byte* name = "ingot\0"u8)
            _functions.Check(((delegate* unmanaged<int, byte*, nint*, nint>)_functions.Of(OrtSlot.CreateEnv))(LogFatal, name, &environment), "cannot start");
        // Some builds report use to their makers unless they are told not to.
        _functions.Check(((delegate* unmanaged<nint, nint>)_functions.Of(OrtSlot.DisableTelemetryEvents))(environment), "cannot switch telemetry off");
        return new OrtHandle(_functions, OrtSlot.ReleaseEnv, environment);
    }

    private OrtHandle CreateMemoryInfo(bool isArena)
    {
        const int DeviceAllocator = 0, ArenaAllocator = 1, DefaultMemory = 0;
        nint memory;
        var create = (delegate* unmanaged<int, int, nint*, nint>)_functions.Of(OrtSlot.CreateCpuMemoryInfo);
        _functions.Check(create(isArena ? ArenaAllocator : DeviceAllocator, DefaultMemory, &memory), "cannot describe memory");
        return new OrtHandle(_functions, OrtSlot.ReleaseMemoryInfo, memory);
    }

    private static bool IsRecent(string version)
    {
        var parts = version.Split('.');
        return parts.Length >= 2 && int.TryParse(parts[0], out var major) && int.TryParse(parts[1], out var minor)
            && (major > 1 || (major == 1 && minor >= ApiVersion));
    }

    private static IngotException Refusal(string path, string why) => new(ErrorCode.ModelUnsupported, $"The ONNX Runtime library '{path}' {why}.");
}

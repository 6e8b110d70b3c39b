using Ingot.Errors;

namespace Ingot.OnnxRuntime.Native;

/// <summary>Makes the library's session options of ours.</summary>
internal static unsafe class SessionOptions
{
    private const string Cuda = "CUDA";

    private static readonly KeyValuePair<string, string>[] SharedMemory = [new("session.use_env_allocators", "1")];

    public static OrtHandle Create(OrtFunctions functions, OrtSessionSettings settings)
    {
        nint created;
        functions.Check(((delegate* unmanaged<nint*, nint>)functions.Of(OrtSlot.CreateSessionOptions))(&created), "cannot make options");
        var options = new OrtHandle(functions, OrtSlot.ReleaseSessionOptions, created);
        try
        {
            Fill(functions, created, settings);
            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }

    private static void Fill(OrtFunctions functions, nint options, OrtSessionSettings settings)
    {
        const int Fatal = 4;
        Set(functions, OrtSlot.SetSessionLogSeverityLevel, options, Fatal);
        Set(functions, OrtSlot.SetSessionGraphOptimizationLevel, options, (int)settings.Optimization);
        Set(functions, OrtSlot.SetIntraOpNumThreads, options, settings.ThreadCount);
        Set(functions, OrtSlot.SetInterOpNumThreads, options, settings.OperatorThreadCount);
        if (!settings.MemoryPattern)
            functions.Check(((delegate* unmanaged<nint, nint>)functions.Of(OrtSlot.DisableMemPattern))(options), "refuses an option");
        if (!settings.MemoryArena)
            functions.Check(((delegate* unmanaged<nint, nint>)functions.Of(OrtSlot.DisableCpuMemArena))(options), "refuses an option");
        foreach (var (key, value) in settings.ConfigEntries.Concat(settings is { MostMemoryBytes: not null, MemoryArena: true } ? SharedMemory : []))
        {
            fixed (byte* keyText = NativeText.Of(key), valueText = NativeText.Of(value))
            {
                var add = (delegate* unmanaged<nint, byte*, byte*, nint>)functions.Of(OrtSlot.AddSessionConfigEntry);
                functions.Check(add(options, keyText, valueText), $"refuses the option '{key}'", ErrorCode.ModelUnsupported);
            }
        }

        if (settings.Provider is { } provider)
            Append(functions, options, provider, settings.ProviderOptions);
    }

    private static void Set(OrtFunctions functions, OrtSlot slot, nint options, int value) =>
        functions.Check(((delegate* unmanaged<nint, int, nint>)functions.Of(slot))(options, value), "refuses an option", ErrorCode.ModelUnsupported);

    private static void Append(OrtFunctions functions, nint options, string provider, IReadOnlyDictionary<string, string> providerOptions)
    {
        using var keys = new NativeTexts(providerOptions.Keys);
        using var values = new NativeTexts(providerOptions.Values);
        if (provider == Cuda)
        {
            AppendCuda(functions, options, keys, values);
            return;
        }

        fixed (byte* name = NativeText.Of(provider))
        {
            var append = (delegate* unmanaged<nint, byte*, byte**, byte**, nuint, nint>)functions.Of(OrtSlot.AppendProvider);
            functions.Check(append(options, name, keys.Pointers, values.Pointers, keys.Count), $"cannot use the execution provider {provider}", ErrorCode.ModelUnsupported);
        }
    }

    // This one provider has options of a type of their own.
    private static void AppendCuda(OrtFunctions functions, nint options, NativeTexts keys, NativeTexts values)
    {
        nint created;
        functions.Check(((delegate* unmanaged<nint*, nint>)functions.Of(OrtSlot.CreateCudaProviderOptions))(&created), $"cannot use the execution provider {Cuda}", ErrorCode.ModelUnsupported);
        using var cuda = new OrtHandle(functions, OrtSlot.ReleaseCudaProviderOptions, created);
        var update = (delegate* unmanaged<nint, byte**, byte**, nuint, nint>)functions.Of(OrtSlot.UpdateCudaProviderOptions);
        functions.Check(update(created, keys.Pointers, values.Pointers, keys.Count), $"refuses an option of {Cuda}", ErrorCode.ModelUnsupported);
        var append = (delegate* unmanaged<nint, nint, nint>)functions.Of(OrtSlot.AppendCudaProvider);
        functions.Check(append(options, created), $"cannot use the execution provider {Cuda}", ErrorCode.ModelUnsupported);
    }
}

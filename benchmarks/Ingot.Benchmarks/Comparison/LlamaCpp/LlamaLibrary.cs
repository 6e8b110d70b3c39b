using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Ingot.Benchmarks.Comparison.LlamaCpp;

/// <summary>
/// The functions of llama.cpp's C interface that a comparison needs, found by name in a folder's libraries. Those stay loaded until the
/// process ends: they cannot be unloaded while their threads live.
/// </summary>
internal sealed unsafe class LlamaLibrary
{
    private readonly nint _llama;

    /// <summary>Loads the libraries and the processor's part.</summary>
    /// <param name="folder">Where they lie.</param>
    /// <param name="processor">Which of the processor's parts, such as <c>haswell</c>; null for the one that suits it best.</param>
    public LlamaLibrary(string folder, string? processor)
    {
        nint common = NativeLibrary.Load(PeerFolder.Library(folder, "ggml-base"));
        nint loader = NativeLibrary.Load(PeerFolder.Library(folder, "ggml"));
        _llama = NativeLibrary.Load(PeerFolder.Library(folder, "llama"));
        ((delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<int, byte*, void*, void>, void*, void>)Find("llama_log_set"))(&Swallow, null);
        if (processor is null)
            Call(loader, "ggml_backend_load_all_from_path", folder);
        else
            Call(loader, "ggml_backend_load", PeerFolder.Library(folder, $"ggml-cpu-{processor}"));

        ModelOptions = (delegate* unmanaged[Cdecl]<LlamaModelOptions>)Find("llama_model_default_params");
        ContextOptions = (delegate* unmanaged[Cdecl]<LlamaContextOptions>)Find("llama_context_default_params");
        LoadModel = (delegate* unmanaged[Cdecl]<byte*, LlamaModelOptions, nint>)Find("llama_model_load_from_file");
        NewContext = (delegate* unmanaged[Cdecl]<nint, LlamaContextOptions, nint>)Find("llama_init_from_model");
        FreeModel = (delegate* unmanaged[Cdecl]<nint, void>)Find("llama_model_free");
        FreeContext = (delegate* unmanaged[Cdecl]<nint, void>)Find("llama_free");
        SetThreads = (delegate* unmanaged[Cdecl]<nint, int, int, void>)Find("llama_set_n_threads");
        AttachThreads = (delegate* unmanaged[Cdecl]<nint, nint, nint, void>)Find("llama_attach_threadpool");
        Memory = (delegate* unmanaged[Cdecl]<nint, nint>)Find("llama_get_memory");
        ClearMemory = (delegate* unmanaged[Cdecl]<nint, byte, void>)Find("llama_memory_clear");
        CutSequence = (delegate* unmanaged[Cdecl]<nint, int, int, int, byte>)Find("llama_memory_seq_rm");
        NewBatch = (delegate* unmanaged[Cdecl]<int, int, int, LlamaBatch>)Find("llama_batch_init");
        FreeBatch = (delegate* unmanaged[Cdecl]<LlamaBatch, void>)Find("llama_batch_free");
        Decode = (delegate* unmanaged[Cdecl]<nint, LlamaBatch, int>)Find("llama_decode");
        Synchronize = (delegate* unmanaged[Cdecl]<nint, void>)Find("llama_synchronize");
        Logits = (delegate* unmanaged[Cdecl]<nint, int, float*>)Find("llama_get_logits_ith");

        var byName = (delegate* unmanaged[Cdecl]<byte*, nint>)NativeLibrary.GetExport(loader, "ggml_backend_reg_by_name");
        var address = (delegate* unmanaged[Cdecl]<nint, byte*, nint>)NativeLibrary.GetExport(common, "ggml_backend_reg_get_proc_address");
        fixed (byte* cpu = "CPU\0"u8, newThreads = "ggml_threadpool_new\0"u8)
        {
            nint registered = byName(cpu);
            if (registered == 0)
                throw new InvalidOperationException($"No part of {folder} computes on this processor.");
            NewThreads = (delegate* unmanaged[Cdecl]<void*, nint>)address(registered, newThreads);
        }

        ThreadOptions = (delegate* unmanaged[Cdecl]<void*, int, void>)NativeLibrary.GetExport(common, "ggml_threadpool_params_init");
        ((delegate* unmanaged[Cdecl]<void>)Find("llama_backend_init"))();
    }

    /// <summary>The library's version and what it uses of the processor, in its own words.</summary>
    public string Description
    {
        get
        {
            string features = Text("llama_print_system_info") ?? "";
            return $"{Text("llama_version") ?? "of an unknown version"}, {features.Trim(' ', '|')}";
        }
    }

    /// <summary>Whether it multiplies by AMX's tiles.</summary>
    public bool UsesTiles => Description.Contains("AMX_INT8 = 1", StringComparison.Ordinal);

    public delegate* unmanaged[Cdecl]<LlamaModelOptions> ModelOptions { get; }

    public delegate* unmanaged[Cdecl]<LlamaContextOptions> ContextOptions { get; }

    public delegate* unmanaged[Cdecl]<byte*, LlamaModelOptions, nint> LoadModel { get; }

    public delegate* unmanaged[Cdecl]<nint, LlamaContextOptions, nint> NewContext { get; }

    public delegate* unmanaged[Cdecl]<nint, void> FreeModel { get; }

    public delegate* unmanaged[Cdecl]<nint, void> FreeContext { get; }

    public delegate* unmanaged[Cdecl]<nint, int, int, void> SetThreads { get; }

    public delegate* unmanaged[Cdecl]<nint, nint, nint, void> AttachThreads { get; }

    public delegate* unmanaged[Cdecl]<nint, nint> Memory { get; }

    public delegate* unmanaged[Cdecl]<nint, byte, void> ClearMemory { get; }

    public delegate* unmanaged[Cdecl]<nint, int, int, int, byte> CutSequence { get; }

    public delegate* unmanaged[Cdecl]<int, int, int, LlamaBatch> NewBatch { get; }

    public delegate* unmanaged[Cdecl]<LlamaBatch, void> FreeBatch { get; }

    public delegate* unmanaged[Cdecl]<nint, LlamaBatch, int> Decode { get; }

    public delegate* unmanaged[Cdecl]<nint, void> Synchronize { get; }

    public delegate* unmanaged[Cdecl]<nint, int, float*> Logits { get; }

    public delegate* unmanaged[Cdecl]<void*, int, void> ThreadOptions { get; }

    public delegate* unmanaged[Cdecl]<void*, nint> NewThreads { get; }

    private nint Find(string name) => NativeLibrary.GetExport(_llama, name);

    private string? Text(string name) =>
        NativeLibrary.TryGetExport(_llama, name, out nint function)
            ? Utf8StringMarshaller.ConvertToManaged(((delegate* unmanaged[Cdecl]<byte*>)function)())
            : null;

    private static void Call(nint library, string name, string text)
    {
        byte* bytes = Utf8StringMarshaller.ConvertToUnmanaged(text);
        ((delegate* unmanaged[Cdecl]<byte*, nint>)NativeLibrary.GetExport(library, name))(bytes);
        Utf8StringMarshaller.Free(bytes);
    }

    /// <summary>The library tells much; what went wrong is its functions' results.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static void Swallow(int level, byte* text, void* state)
    {
    }
}

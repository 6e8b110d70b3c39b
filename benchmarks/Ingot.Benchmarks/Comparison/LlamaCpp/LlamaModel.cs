using System.Runtime.InteropServices.Marshalling;

namespace Ingot.Benchmarks.Comparison.LlamaCpp;

/// <summary>A model in llama.cpp, and the threads that compute it: its own fixed ones, as its own programs have.</summary>
internal sealed unsafe class LlamaModel : IDisposable
{
    // More than any version's options for threads take.
    private const int ThreadOptionBytes = 1024;

    private readonly LlamaLibrary _library;
    private readonly nint _model;
    private readonly nint _threads;
    private readonly int _threadCount;

    /// <summary>Loads it.</summary>
    public LlamaModel(LlamaLibrary library, string path, int threads)
    {
        _library = library;
        _threadCount = threads;
        LlamaModelOptions options = library.ModelOptions();
        options.GpuLayers = 0;
        byte* bytes = Utf8StringMarshaller.ConvertToUnmanaged(path);
        _model = library.LoadModel(bytes, options);
        Utf8StringMarshaller.Free(bytes);
        if (_model == 0)
            throw new InvalidOperationException($"llama.cpp does not read {path}.");

        byte* threadOptions = stackalloc byte[ThreadOptionBytes];
        library.ThreadOptions(threadOptions, threads);
        _threads = library.NewThreads(threadOptions);
    }

    /// <summary>Room for sequences of a length.</summary>
    public LlamaContext Open(int sequences, int tokensOfEach)
    {
        LlamaContextOptions options = _library.ContextOptions();
        options.Tokens = (uint)(sequences * tokensOfEach);
        options.CallTokens = LlamaContext.CallTokens;
        options.Sequences = (uint)sequences;
        nint context = _library.NewContext(_model, options);
        if (context == 0)
            throw new InvalidOperationException($"llama.cpp has no room for {sequences} sequences of {tokensOfEach} tokens.");
        _library.SetThreads(context, _threadCount, _threadCount);
        _library.AttachThreads(context, _threads, _threads);
        return new LlamaContext(_library, context);
    }

    /// <summary>Frees the model. The threads, asleep, stay until the process ends.</summary>
    public void Dispose() => _library.FreeModel(_model);
}

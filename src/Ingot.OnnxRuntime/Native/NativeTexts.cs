using System.Runtime.InteropServices;

namespace Ingot.OnnxRuntime.Native;

/// <summary>A list of texts in native memory.</summary>
internal sealed unsafe class NativeTexts : IDisposable
{
    private readonly byte** _pointers;

    public NativeTexts(IEnumerable<string> texts)
    {
        string[] all = [.. texts];
        Count = (nuint)all.Length;
        _pointers = (byte**)NativeMemory.AllocZeroed(Count + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < all.Length; i++)
            _pointers[i] = (byte*)Marshal.StringToCoTaskMemUTF8(all[i]);
    }

    public nuint Count { get; }

    public byte** Pointers => _pointers;

    public void Dispose()
    {
        for (nuint i = 0; i < Count; i++)
            Marshal.FreeCoTaskMem((nint)_pointers[i]);
        NativeMemory.Free(_pointers);
    }
}

namespace Ingot.OnnxRuntime.Native;

/// <summary>What the library's one exported function points at; its layout is the library's.</summary>
internal unsafe struct OrtApiBase
{
    /// <summary>The table of functions of a version; null when the library is older.</summary>
    public delegate* unmanaged<uint, nint*> GetApi;

    /// <summary>The library's version, such as "1.30.0".</summary>
    public delegate* unmanaged<byte*> GetVersionString;
}

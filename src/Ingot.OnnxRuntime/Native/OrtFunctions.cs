using System.Runtime.InteropServices;
using Ingot.Errors;

namespace Ingot.OnnxRuntime.Native;

/// <summary>The library's table of functions, and the one door by which its errors come out.</summary>
internal sealed unsafe class OrtFunctions
{
    private const int LongestMessage = 2000;

    private readonly nint* _table;

    /// <param name="table">The table, valid as long as the library is loaded.</param>
    /// <exception cref="IngotException">ModelUnsupported: the table does not do what it should.</exception>
    public OrtFunctions(nint* table)
    {
        _table = table;
        CheckTable();
    }

    public nint Of(OrtSlot slot) => _table[(int)slot];

    /// <summary>Turns a failure into an exception, and lets go of it.</summary>
    /// <param name="status">What a function gave back: null for success.</param>
    /// <param name="what">What was tried, to begin the message with: "ONNX Runtime cannot …".</param>
    /// <param name="code">What a failure means to the caller.</param>
    public void Check(nint status, string what, ErrorCode code = ErrorCode.Internal)
    {
        if (status == 0)
            return;
        var native = ((delegate* unmanaged<nint, int>)Of(OrtSlot.GetErrorCode))(status);
        var message = Text(((delegate* unmanaged<nint, byte*>)Of(OrtSlot.GetErrorMessage))(status));
        Release(OrtSlot.ReleaseStatus, status);
        throw new IngotException(code, $"ONNX Runtime {what}: {Clean(message)} (code {native}, {NameOf(native)}).");
    }

    public void Release(OrtSlot release, nint handle) => ((delegate* unmanaged<nint, void>)Of(release))(handle);

    public static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    // A wrong table would be called into blindly: a status made and read back shows that places mean what they should.
    private void CheckTable()
    {
        var message = "ingot"u8;
        fixed (byte* text = message)
        {
            var status = ((delegate* unmanaged<int, byte*, nint>)Of(OrtSlot.CreateStatus))(2, text);
            var code = ((delegate* unmanaged<nint, int>)Of(OrtSlot.GetErrorCode))(status);
            var read = Text(((delegate* unmanaged<nint, byte*>)Of(OrtSlot.GetErrorMessage))(status));
            Release(OrtSlot.ReleaseStatus, status);
            if (code != 2 || read != "ingot")
                throw new IngotException(ErrorCode.ModelUnsupported, "The ONNX Runtime library does not keep to the interface it says it has.");
        }
    }

    private static string Clean(string message)
    {
        var line = message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
        return line.Length <= LongestMessage ? line : line[..LongestMessage] + "…";
    }

    private static string NameOf(int code) => code switch
    {
        1 => "failed",
        2 => "invalid argument",
        3 => "no such file",
        4 => "no model",
        5 => "engine error",
        6 => "runtime exception",
        7 => "invalid protobuf",
        8 => "model loaded",
        9 => "not implemented",
        10 => "invalid graph",
        11 => "execution provider failed",
        12 => "model load cancelled",
        13 => "model requires compilation",
        14 => "not found",
        _ => "unknown",
    };
}

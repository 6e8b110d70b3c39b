using Ingot.Compute.Onnx.Inspection;
using Ingot.Errors;
using Ingot.OnnxRuntime;

namespace Ingot.Engine.Sessions;

/// <summary>Gives a graph that was checked to ONNX Runtime.</summary>
internal static class SessionOpening
{
    /// <summary>What is said of a graph that the processor has no kernels for; without its end.</summary>
    public const string BFloat16 = "computes in bfloat16, which ONNX Runtime does not do on the processor: it takes Ingot's own executor, a graphics processor, or an export in fp16 or fp32";

    /// <exception cref="IngotException">ModelUnsupported: the library, or the provider asked for, refuses it; with the library's own words.</exception>
    public static OrtSession Open(OnnxRuntimeLibrary library, string path, GraphFacts facts, OrtSessionSettings settings)
    {
        try
        {
            return library.Open(path, settings);
        }
        catch (IngotException refusal) when (facts.HasBFloat16 && settings.Provider is null)
        {
            throw new IngotException(refusal.Code, $"The graph of {Path.GetFileName(path)} {BFloat16}. {refusal.Message}", inner: refusal);
        }
    }
}

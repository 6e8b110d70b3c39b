using Ingot.Compute.Execution.Wide;
using Ingot.Engine.Running;
using Ingot.OnnxRuntime;

namespace Ingot.Engine.Acceleration;

/// <summary>Decides whether steps of many tokens are accelerated.</summary>
internal static class AccelerationChoice
{
    /// <summary>Who multiplies, or why nobody but the executor does.</summary>
    /// <param name="options">What was asked for, and what the cache will take.</param>
    /// <param name="refusal">Why not, in a sentence; null where somebody does.</param>
    public static IWideProducts? Of(EngineOptions options, out string? refusal)
    {
        RuntimeOptions runtime = options.Runtime;
        refusal = runtime.Acceleration is AccelerationPreference.Never ? "It is not asked for: 'acceleration' is 'never'." : runtime.Amx.ProcessorRefusal();
        if (refusal is not null)
            return null;
        OnnxRuntimeSearch search = runtime.Search();
        if (search.Library is not { } library)
        {
            refusal = $"The processor has units for matrices (AMX), but: {search.Reason}";
            return null;
        }
        LibraryProducts? products = LibraryProducts.Of(library, options, out refusal);
        // Only now has the library asked the system.
        refusal ??= runtime.Amx.SystemRefusal();
        return refusal is null ? products : null;
    }

    /// <summary>What a loaded model does.</summary>
    /// <param name="refusal">Why no products were offered to it; null where they were.</param>
    /// <param name="facts">What it made of them; null where none were offered.</param>
    public static AccelerationFacts Facts(string? refusal, WideFacts? facts) =>
        facts is null ? new AccelerationFacts(false, 0, refusal ?? "It was given.") : new AccelerationFacts(facts.MatrixCount > 0, facts.ByteLength, facts.Reason);

    /// <summary>What a load would do, as far as that is known before it.</summary>
    public static AccelerationFacts Forecast(RuntimeOptions runtime)
    {
        IWideProducts? products = Of(new EngineOptions { Runtime = runtime }, out string? refusal);
        return new AccelerationFacts(products is not null, 0, refusal ?? "Steps of many tokens multiply with 8-bit copies of the weights, if there is memory for them and a trial at load finds that faster.");
    }
}
